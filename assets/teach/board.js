// Body of the board of classes in the tab "Teach": `element`, `props`, `trigger`, `upload` and `watch` come
// from gradio. Rows are changed in place, so that what is being typed is never taken away.
const rows = element.querySelector('.teach-rows');
const KINDS = 'image/png,image/jpeg,image/webp,image/gif,image/bmp,image/tiff,image/avif,.ppm';

function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...inside);
  return made;
}

function tell(act, more = {}) {
  trigger('input', { act, ...more });
}

// What is typed is told once it is whole: when the field is left, or after a pause.
function typed(field, act, id) {
  let soon;
  const now = () => {
    clearTimeout(soon);
    if (field.told !== field.value) tell(act, { id, value: (field.told = field.value) });
  };
  field.addEventListener('change', now);
  field.addEventListener('input', () => {
    clearTimeout(soon);
    soon = setTimeout(now, 800);
  });
}

function begin(id) {
  const name = make('input', 'teach-name');
  name.type = 'text';
  name.maxLength = 60;
  name.placeholder = fusionSay('Name of the class');
  typed(name, 'name', id);

  const count = make('span', 'teach-count fine');
  const remove = make('button', 'teach-remove', '×');
  remove.type = 'button';
  remove.addEventListener('click', () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    tell('remove', { id });
    next?.querySelector('.teach-name').focus();
  });

  const files = make('input', '');
  files.type = 'file';
  files.hidden = true;
  files.multiple = true;
  files.accept = KINDS;
  files.addEventListener('change', () => {
    send(row, id, [...files.files]);
    files.value = '';
  });
  const drop = make('button', 'teach-drop', make('span', '', fusionSay('Drop pictures here or click to choose')));
  drop.type = 'button';
  drop.addEventListener('click', () => files.click());

  const thumbnails = make('ul', 'teach-thumbnails');
  const texts = make('textarea', 'teach-texts');
  texts.rows = 2;
  texts.placeholder = fusionSay('One a line; the first goes with the first picture');
  typed(texts, 'texts', id);
  const label = make('summary', 'fine', fusionSay('Texts, if you have any'));
  const more = make('details', 'teach-more', label, texts);

  const row = make('section', 'teach-row', make('div', 'teach-head', name, count, remove), drop, files, thumbnails, more);
  row.dataset.id = id;
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    row.addEventListener(kind, (event) => {
      event.preventDefault();
      row.classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
      if (kind === 'drop') send(row, id, [...event.dataTransfer.files]);
    });
  }
  return row;
}

async function send(row, id, files) {
  if (!files.length) return;
  const told = row.querySelector('.teach-drop span');
  row.classList.add('sending');
  const sent = [];
  const failed = [];
  for (const file of files) {
    told.textContent = fusionSay('Uploading {n} of {total}…', {n: sent.length + 1, total: files.length});
    try {
      const { path } = await upload(file);
      sent.push({ path, name: file.name });
    } catch {
      failed.push(file.name);
    }
  }
  told.textContent = fusionSay('Drop pictures here or click to choose');
  row.classList.remove('sending');
  tell('pictures', { id, files: sent, failed });
}

// What the server says stands, but never over what is being typed.
function known(field, value) {
  if (field === document.activeElement && field.value !== (field.told ?? '')) return;
  field.told = value;
  if (field.value !== value) field.value = value;
}

function fill(row, given, place) {
  const [name, texts] = ['name', 'texts'].map((part) => row.querySelector(`.teach-${part}`));
  name.setAttribute('aria-label', fusionSay('Name of class {number}', {number: place}));
  texts.setAttribute('aria-label', fusionSay('Texts of class {number}, one a line', {number: place}));
  known(name, given.name);
  known(texts, given.texts);
  if (given.texts) row.querySelector('details').open = true;
  const called = given.name || fusionSay('class {number}', {number: place});
  row.setAttribute('aria-label', called);
  row.querySelector('.teach-remove').setAttribute('aria-label', fusionSay('Remove {name}', {name: called}));
  row.querySelector('.teach-drop').setAttribute('aria-label', fusionSay('Add pictures to {name}', {name: called}));
  row.querySelector('.teach-count').textContent = fusionSay('{n} of {total}', {n: given.count, total: given.most});
  const list = row.querySelector('.teach-thumbnails');
  const held = list.contains(document.activeElement)
    ? [...list.children].findIndex((item) => item.contains(document.activeElement))
    : -1;
  const before = new Map([...list.children].map((item) => [Number(item.dataset.id), item]));
  list.replaceChildren(...given.pictures.map((picture) => before.get(picture.id) ?? thumbnail(picture)));
  if (held >= 0) {
    const next = list.children[Math.min(held, list.children.length - 1)];
    (next?.querySelector('button') ?? row.querySelector('.teach-drop')).focus();
  }
}

function thumbnail({ id, address, name }) {
  const picture = make('img', '');
  picture.src = address;
  picture.alt = name;
  const remove = make('button', '', '×');
  remove.type = 'button';
  remove.setAttribute('aria-label', fusionSay('Remove {name}', {name}));
  remove.addEventListener('click', () => tell('drop', { id }));
  const item = make('li', '', picture, remove);
  item.dataset.id = id;
  return item;
}

function receive() {
  const given = props.value?.rows ?? [];
  const before = new Map([...rows.children].map((row) => [Number(row.dataset.id), row]));
  const wanted = given.map(({ id }) => before.get(id) ?? begin(id));
  for (const row of [...rows.children]) if (!wanted.includes(row)) row.remove();
  wanted.forEach((row, i) => {
    if (rows.children[i] !== row) rows.insertBefore(row, rows.children[i] ?? null);
    fill(row, given[i], i + 1);
  });
}

element.querySelectorAll('[data-act]').forEach((button) => {
  button.addEventListener('click', () => tell(button.dataset.act));
});
watch('value', receive);
receive();
