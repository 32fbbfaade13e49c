// The server cannot be reached: say so at once, look for it, and say when it is back. A server that was
// started anew knows nothing of this visit, so the page is opened anew then, when its reader says so.
const send = window.fetch;
const EVERY = 2000; // milliseconds
let banner;

async function reached() {
  try {
    const {root, api_prefix: prefix, app_id: app} = window.gradio_config;
    const answer = await send(`${root}${prefix}/app_id`, {cache: 'no-store'});
    return answer.ok && ((await answer.json()).app_id === app ? 'the same' : 'another');
  } catch {
    return false;
  }
}

function tell(sentence, button) {
  banner ??= document.body.appendChild(document.createElement('div'));
  banner.className = 'offline';
  banner.setAttribute('role', 'alert');
  banner.textContent = sentence;
  if (button) {
    const reload = document.createElement('button');
    reload.textContent = button;
    reload.onclick = () => location.reload();
    banner.append(reload);
  }
}

async function look() {
  if (banner) return;
  if ((await reached()) !== false || banner) return;
  tell(fusionSay('The server cannot be reached. What you gave stays on this page; looking for it again…'));
  let found = false;
  while (!found) {
    await new Promise((go) => setTimeout(go, EVERY));
    found = await reached();
  }
  if (found === 'another') {
    tell(fusionSay('The server was started anew and knows nothing of your visit.'), fusionSay('Reload'));
    return;
  }
  banner.remove();
  banner = undefined;
}

window.fetch = async (...request) => {
  try {
    return await send(...request);
  } catch (error) {
    if (error.name !== 'AbortError') look();
    throw error;
  }
};
addEventListener('offline', look);
