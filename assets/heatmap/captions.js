// What a map says, in words and numbers.
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const where = ({ row, column }) => ({ row: row + 1, column: column + 1 });

function signed(value) {
  if (!value) return '0';
  const size = Math.abs(value);
  const text = size >= 100 ? size.toFixed(0) : size < 0.001 ? size.toExponential(1) : size.toPrecision(2);
  return (value > 0 ? '+' : '−') + text;
}

function whose(side) {
  return side.answer ? `${side.strategy}: ${side.named} ${percent(side.probability)}` : side.strategy;
}

function ends(side, map) {
  const most = Math.abs(map.values[strongest(map.values)]);
  if (!map.signed) return [fusionSay('none'), percent(most)];
  const [least, amount] = [signed(-most), signed(most)];
  return [fusionSay('against {amount}', { amount: least }), fusionSay('for {amount}', { amount })];
}

function captionOf(side, map) {
  if (!map) return () => missing(side);
  return kind() === 'why' ? (cell) => reason(side, map, cell) : (cell) => looked(side, map, cell);
}

function missing(side) {
  const { strategy } = side;
  if (!side.reply) return fusionSay('Working…');
  if (kind() === 'why') {
    if (side.failed) return side.failed;
    if (side.explained) return fusionSay('Working out why…');
    return fusionSay('{strategy} cannot be explained.', { strategy });
  }
  const both = side.explained && shown.explained ? ` ${fusionSay('Why compares them all the same.')}` : '';
  return fusionSay('{strategy} does not attend to patches.', { strategy }) + both;
}

function looked(side, map, cell) {
  const place = placeIn(side);
  const word = place.word ? `“${short(side.attention.words[place.word - 1])}”` : fusionSay('all words');
  const at = strongest(map.values);
  const peak = { row: Math.floor(at / map.columns), column: at % map.columns };
  const share = map.values[cell ? cell.row * map.columns + cell.column : at];
  const times = (share * map.rows * map.columns).toFixed(1);
  const told = { word, ...where(cell ?? peak), share: percent(share), times };
  return sentenceOn(side.attention.kind === 'attention', cell, told) + instead(side, place);
}

function sentenceOn(attends, cell, told) {
  if (attends && cell) {
    return fusionSay(
      'Of {word} on row {row}, column {column}: {share} of the attention, {times} times an even share.',
      told
    );
  }
  if (attends) {
    return fusionSay(
      'Of {word}, most on row {row}, column {column}: {share} of the attention, {times} times an even share.',
      told
    );
  }
  if (cell) return fusionSay('Of {word} on row {row}, column {column}: evidence {share}.', told);
  return fusionSay('Of {word}, most on row {row}, column {column}: evidence {share}.', told);
}

// What the other answer has not is shown by a mean, and said so.
function instead(side, place) {
  const lacks = [];
  if (place.layer !== Number(layer.value)) lacks.push(fusionSay('no layer {n}', { n: layer.value }));
  if (place.head !== Number(head.value)) lacks.push(fusionSay('no head {n}', { n: head.value }));
  if (place.word === 0 && word !== 0) lacks.push(fusionSay('no such word'));
  if (!lacks.length) return '';
  return ` ${fusionSay('It has {lacking}: the mean is shown.', { lacking: lacks.join(fusionSay(' and ')) })}`;
}

function reason(side, map, cell) {
  const at = strongest(map.values);
  const by = { explainer: side.relevance.explainer, label: side.named };
  if (!cell && !map.values[at]) {
    return fusionSay('By {explainer}, for “{label}”: nothing in the picture speaks for it.', by);
  }
  const peak = { row: Math.floor(at / map.columns), column: at % map.columns };
  const value = map.values[cell ? cell.row * map.columns + cell.column : at];
  const told = { ...by, ...where(cell ?? peak), amount: signed(value), speaks: speaks(value) };
  return cell
    ? fusionSay('By {explainer}, for “{label}”: row {row}, column {column}, {amount}, {speaks}.', told)
    : fusionSay('By {explainer}, for “{label}”: most on row {row}, column {column}, {amount}, {speaks}.', told);
}

function speaks(value) {
  if (value > 0) return fusionSay('speaks for it');
  return value < 0 ? fusionSay('speaks against it') : fusionSay('does not speak for it');
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
