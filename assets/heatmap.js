// Body of the heat map component's script: `element`, `props`, `trigger` and `watch` come from gradio.
// The server sends every map as one sheet of grey tiles, and the palette that colours them; here a tile
// is only picked, drawn smoothly and coloured.
const find = (name) => element.querySelector(name);
const frame = find('.heat-frame');
const image = frame.querySelector('img');
const canvas = frame.querySelector('canvas');
const layer = find('.heat-layer');
const head = find('.heat-head');
const opacity = find('.heat-opacity');
const chips = find('.chips');
const palette = find('.heat-scale');
const sheet = new Image();
const FINER = 16; // pixels drawn for each patch, a side
const LONGEST = 24; // letters of a word that are shown
let maps = null; // what the server sent last
let word = 0;
let listed = ''; // the words that the chips stand for, kept while a strategy without maps is shown

function options(select, names) {
  const kept = select.value;
  select.replaceChildren(...names.map((name, i) => new Option(name, i)));
  select.value = Number(kept) < names.length ? Number(kept || 0) : 0;
}

function short(name) {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : name;
}

function button(label, pick) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  pick(made);
  return made;
}

function words(names) {
  chips.replaceChildren(
    ...names.map((name, i) =>
      button(short(name), (chip) => {
        chip.className = i === 0 ? 'chip every' : 'chip';
        chip.addEventListener('click', () => choose(i));
      })
    )
  );
}

function choose(i) {
  word = i;
  [...chips.children].forEach((chip, at) => chip.setAttribute('aria-pressed', at === word));
  draw();
}

function place() {
  return (Number(layer.value) * maps.heads.length + Number(head.value)) * maps.words.length + word;
}

function pixels(source, ...area) {
  const [left, top, columns, rows, width, height] = area;
  // The area is first cut out: smoothing over the whole sheet would mix in its neighbours.
  const cut = new OffscreenCanvas(columns, rows);
  cut.getContext('2d').drawImage(source, left, top, columns, rows, 0, 0, columns, rows);
  const pen = new OffscreenCanvas(width, height).getContext('2d');
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(cut, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height);
}

function draw() {
  if (!maps?.sheet || !sheet.complete || !image.naturalWidth || !palette.naturalWidth) return;
  const { rows, columns } = maps;
  const line = Number(layer.value) * maps.heads.length + Number(head.value);
  canvas.width = columns * FINER;
  canvas.height = rows * FINER;
  const map = pixels(sheet, word * columns, line * rows, columns, rows, canvas.width, canvas.height);
  const colours = pixels(palette, 0, 0, 256, 1, 256, 1).data;
  for (let at = 0; at < map.data.length; at += 4) {
    const colour = 4 * map.data[at];
    map.data.set(colours.subarray(colour, colour + 4), at);
  }
  canvas.getContext('2d').putImageData(map, 0, 0);
  describe();
}

function describe() {
  const [most, row, column] = maps.peaks[place()];
  const times = most * maps.rows * maps.columns;
  const share = `${(100 * most).toFixed(1)} %`;
  const name = word === 0 ? 'All words together' : `“${short(maps.words[word])}”`;
  find('.heat-most').textContent = share;
  find('.heat-caption').textContent =
    `${name}: most on the patch in row ${row + 1} of ${maps.rows}, column ${column + 1} of ${maps.columns}, ` +
    (maps.attention ? `${share} of the attention, ${times.toFixed(1)} times an even share.` : `evidence ${share}.`);
  canvas.setAttribute('aria-label', `Attention map. ${find('.heat-caption').textContent}`);
}

function fade() {
  canvas.style.opacity = opacity.value / 100;
  find('.heat-percent').textContent = `${opacity.value} %`;
}

function others(names) {
  find('.heat-others').replaceChildren(
    ...names.map((name) =>
      button(name, (other) => {
        other.className = 'chip';
        other.addEventListener('click', () => trigger('select', { value: name }));
      })
    )
  );
}

function receive() {
  maps = props.value || null;
  const drawn = Boolean(maps?.sheet);
  find('.heat-body').hidden = !drawn;
  find('.heat-message').hidden = drawn;
  const ofLabels = maps?.attention === false;
  find('h2').textContent = ofLabels ? 'Where each label is seen' : 'Where each word looked';
  if (!drawn) {
    find('.heat-message p').textContent = maps?.message ?? '';
    others(maps?.others ?? []);
    return;
  }
  find('.heat-selects').hidden = ofLabels;
  options(layer, maps.layers);
  options(head, maps.heads);
  if (listed !== maps.words.join('\n')) {
    listed = maps.words.join('\n');
    words(maps.words);
    word = maps.word;
  }
  sheet.src = maps.sheet;
  choose(word);
}

function picture() {
  if (props.picture) image.src = props.picture;
}

function fit() {
  frame.style.setProperty('--proportion', image.naturalWidth / image.naturalHeight);
  draw();
}

sheet.addEventListener('load', draw);
image.addEventListener('load', fit);
palette.addEventListener('load', draw);
layer.addEventListener('change', draw);
head.addEventListener('change', draw);
opacity.addEventListener('input', fade);
watch('value', receive);
watch('picture', picture);
fade();
picture();
receive();
