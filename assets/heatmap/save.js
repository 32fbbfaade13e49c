// What is on screen as files: made here, so that no request tells of it.
const GAP = 16; // pixels between two pictures

const UNITS = {
  attention: 'share of the word’s attention that falls on each patch; a map sums to 1',
  evidence: 'how much of the label is seen on each patch, 0 to 1',
  why: 'how much each patch and each word speaks for the answer; below 0 against it',
};

const onScreen = () => (kind() === 'why' ? 'why' : shown.attention.kind);

function saved(blob, ending) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  const names = sides().map((side) => side.strategy);
  link.download = `fusion-lens-${names.join('-beside-')}-${onScreen()}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function savePicture() {
  await Promise.all([first, second].map(({ image }) => image.decode())); // one that is on its way is waited for
  const drawn = [first, second].slice(0, sides().length);
  const { naturalWidth: width, naturalHeight: height } = first.image;
  const whole = document.createElement('canvas');
  whole.width = drawn.length * (width + GAP) - GAP;
  whole.height = height;
  const pen = whole.getContext('2d');
  pen.imageSmoothingQuality = 'high';
  drawn.forEach(({ image, canvas }, at) => {
    pen.globalAlpha = 1;
    pen.drawImage(image, at * (width + GAP), 0, width, height);
    pen.globalAlpha = opacity.value / 100;
    if (!canvas.hidden) pen.drawImage(canvas, at * (width + GAP), 0, width, height);
  });
  whole.toBlob((blob) => saved(blob, 'png'));
}

const digits = (value) => Number(value.toPrecision(4)); // as many as half precision is good for

function inRows({ columns, values }) {
  const rows = [];
  for (let at = 0; at < values.length; at += columns) rows.push(values.slice(at, at + columns).map(digits));
  return rows;
}

function numbersOf(side) {
  const { strategy, answer, probability } = side;
  const told = { strategy, answer, probability };
  const map = mapOf(side);
  if (!map) return { ...told, map: null };
  told.grid = [map.rows, map.columns];
  if (kind() === 'why') {
    const { explainer, words, text } = side.relevance;
    return { ...told, explainer, words, word_relevance: text.map(digits), patch_relevance: inRows(map) };
  }
  const { words } = side.attention;
  const place = placeIn(side);
  const mean = (index) => index || 'mean';
  const of = { words, word: words[place.word - 1] ?? 'mean', layer: mean(place.layer), head: mean(place.head) };
  return { ...told, ...of, [side.attention.kind]: inRows(map), patch: patchNumbers(side) };
}

function patchNumbers(side) {
  if (!patch) return null;
  const { row, column } = cellAt(side.attention, patch);
  const words = readings(side).slice(1).map(({ value }) => digits(value));
  return { row: row + 1, column: column + 1, words };
}

function saveNumbers() {
  const found = { question: shown.question, unit: UNITS[onScreen()], maps: sides().map(numbersOf) };
  saved(new Blob([JSON.stringify(found, null, 1)], { type: 'application/json' }), 'json');
}

find('.heat-save-picture').addEventListener('click', savePicture);
find('.heat-save-numbers').addEventListener('click', saveNumbers);
