// What a map says, in words and numbers.
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const times = (share, { rows, columns }) => `${(share * rows * columns).toFixed(1)} times an even share`;
const where = ({ row, column }) => `row ${row + 1}, column ${column + 1}`;

function signed(value) {
  if (!value) return '0';
  const size = Math.abs(value);
  const text = size >= 100 ? size.toFixed(0) : size < 0.001 ? size.toExponential(1) : size.toPrecision(2);
  return (value > 0 ? '+' : '−') + text;
}

const speaks = (value) => (value > 0 ? 'speaks for it' : value < 0 ? 'speaks against it' : 'does not speak for it');

function whose(side) {
  return side.answer ? `${side.strategy}: ${side.answer} ${percent(side.probability)}` : side.strategy;
}

function ends(side, map) {
  const most = Math.abs(map.values[strongest(map.values)]);
  return map.signed ? [`against ${signed(-most)}`, `for ${signed(most)}`] : ['none', percent(most)];
}

function captionOf(side, map) {
  if (!map) return () => missing(side);
  return kind() === 'why' ? (cell) => reason(side, map, cell) : (cell) => looked(side, map, cell);
}

function missing(side) {
  if (!side.reply) return 'Working…';
  if (kind() === 'why') return side.failed ?? (side.explained ? 'Working out why…' : `${side.strategy} cannot be explained.`);
  const both = side.explained && shown.explained ? ' Why compares them all the same.' : '';
  return `${side.strategy} does not attend to patches.${both}`;
}

function looked(side, map, cell) {
  const place = placeIn(side);
  const name = place.word ? `“${short(side.attention.words[place.word - 1])}”` : 'all words';
  const at = strongest(map.values);
  const peak = { row: Math.floor(at / map.columns), column: at % map.columns };
  const share = map.values[cell ? cell.row * map.columns + cell.column : at];
  const attends = side.attention.kind === 'attention';
  const amount = attends ? `${percent(share)} of the attention, ${times(share, map)}` : `evidence ${percent(share)}`;
  const text = cell ? `Of ${name} on ${where(cell)}: ${amount}.` : `Of ${name}, most on ${where(peak)}: ${amount}.`;
  return text + instead(side, place);
}

// What the other answer has not is shown by a mean, and said so.
function instead(side, place) {
  const lacks = [];
  if (place.layer !== Number(layer.value)) lacks.push(`layer ${layer.value}`);
  if (place.head !== Number(head.value)) lacks.push(`head ${head.value}`);
  if (place.word === 0 && word !== 0) lacks.push('such word');
  return lacks.length ? ` It has no ${lacks.join(' and no ')}: the mean is shown.` : '';
}

function reason(side, map, cell) {
  const at = strongest(map.values);
  const by = `By ${side.relevance.explainer}, for “${side.answer}”`;
  if (!cell && !map.values[at]) return `${by}: nothing in the picture speaks for it.`;
  const peak = { row: Math.floor(at / map.columns), column: at % map.columns };
  const value = map.values[cell ? cell.row * map.columns + cell.column : at];
  return `${by}: ${cell ? '' : 'most on '}${where(cell ?? peak)}, ${signed(value)}, ${speaks(value)}.`;
}

// What there is to tell of each word, by index; 0 is all words.
function readings(side) {
  if (kind() === 'why') {
    if (!side.relevance) return null;
    return [null, ...side.relevance.text.map((value) => ({ value, text: signed(value), signed: true }))];
  }
  if (!patch || !side.attention) return null;
  const { layer: inLayer, head: inHead } = placeIn(side);
  const { row, column } = cellAt(side.attention, patch);
  return ['', ...side.attention.words].map((_, index) => {
    const map = attentionOf(side.attention, inLayer, inHead, index);
    const value = map.values[row * map.columns + column];
    return { value, text: percent(value), signed: false };
  });
}
