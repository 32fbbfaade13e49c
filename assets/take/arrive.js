// What a link holds behind its #, or what the page in another language has handed on: sent once, then forgotten.
const KEY = 'fusion-lens-handed-on';

function arrive() {
  const linked = location.hash.startsWith('#s=') ? location.hash.slice(3) : '';
  if (linked) history.replaceState(null, '', location.pathname + location.search);
  const handed = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (linked || handed) trigger('select', { value: linked ? { code: linked, token: '' } : JSON.parse(handed) });
}

let going = null;

function go(carried) {
  if (!going) return;
  if (carried?.code) sessionStorage.setItem(KEY, JSON.stringify(carried));
  location.href = going;
  going = null;
}

// To the same page in another language, with what stands on this one.
function leave(event) {
  const link = event.target.closest?.('header a[hreflang]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  going = link.href;
  trigger('input');
  setTimeout(go, 5000); // a server that does not answer keeps nobody
}

document.addEventListener('click', leave);
addEventListener('hashchange', arrive);
watch('carried', () => go(props.carried));
arrive();
