// What is taken away comes inside the answer to a click and is saved from here: no file of it waits on the server.
const find = (selector) => element.querySelector(selector);
const field = find('.take-link input');
let kind = null;
let wished = null;

// The clipboard is closed to pages without https: then the browser copies what is selected, or the visitor does.
async function copied(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    return document.execCommand('copy');
  }
}

function tell(sentence) {
  find('.take-told').textContent = sentence;
}

function show(part) {
  for (const name of ['working', 'link', 'code']) find(`.take-${name}`).hidden = name !== part;
}

function save({ data, name, type }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  const size = Math.max(1, Math.round(bytes.length / 1000)).toLocaleString('en');
  tell(fusionSay('{name} ({size} kB) is in your downloads.', { name, size }));
}

async function link({ code, holds }) {
  field.value = `${location.origin}${location.pathname}#s=${code}`;
  find('.take-holds').textContent = holds;
  show('link');
  const done = await copied(field.value, field);
  tell(done ? fusionSay('The link is copied.') : fusionSay('Copy the link from the field below.'));
}

function code({ snippets, place, note, endpoints }) {
  const path = location.pathname.replace(/\/+$/, '');
  const tongue = `/${document.documentElement.lang.split('-')[0]}`;
  const server = location.origin + (path.endsWith(tongue) ? path.slice(0, -tongue.length) : path);
  const text = find('.take-code code');
  const names = Object.keys(snippets);
  if (!names.includes(kind)) [kind] = names;
  const buttons = names.map((name) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = name;
    button.addEventListener('click', () => choose(name));
    return button;
  });
  function choose(name) {
    kind = name;
    text.textContent = snippets[name].replace(place, () => server);
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.textContent === name));
  }
  find('.take-kinds').replaceChildren(...buttons);
  find('.take-note').textContent = note;
  find('.take-note').hidden = !note;
  find('.take-endpoints').replaceChildren(...endpoints.flatMap(described));
  choose(kind);
  show('code');
  tell('');
}

function described({ name, parameters }) {
  const term = document.createElement('dt');
  term.textContent = name;
  const told = document.createElement('dd');
  for (const parameter of parameters) {
    const line = document.createElement('div');
    const named = document.createElement('code');
    named.textContent = parameter.name;
    line.append(named, ` ${parameter.type}: ${parameter.means}`);
    told.append(line);
  }
  return [term, told];
}

watch('answer', () => {
  const { answer } = props;
  if (!answer) return;
  // What was still on its way when it was stopped, or when something else was wished for, is told no more.
  if (['working', 'file'].includes(answer.kind) && !['html', 'json'].includes(wished?.dataset.take)) return;
  if (answer.kind === 'working') {
    show('working');
    find('.take-step').textContent = answer.what;
    find('.take-working i').style.width = `${100 * answer.share}%`;
    return;
  }
  show(null);
  if (answer.kind === 'file') {
    save(answer);
    trigger('select', { value: 'saved' });
  }
  if (answer.kind === 'link') link(answer);
  if (answer.kind === 'code') code(answer);
  if (answer.kind === 'failed') tell(answer.sentence);
});

element.addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.take) {
    tell('');
    wished = button;
    trigger('select', { value: button.dataset.take });
  } else if (button?.classList.contains('take-stop')) {
    trigger('select', { value: 'stop' });
    show(null);
    tell(fusionSay('Stopped.'));
    wished?.focus(); // the button that was pressed is gone
    wished = null;
  } else if (button?.classList.contains('take-copy')) {
    const source = find('.take-code code');
    const done = await copied(source.textContent, source);
    tell(done ? fusionSay('The code is copied.') : fusionSay('Copy the code from below.'));
  }
});
