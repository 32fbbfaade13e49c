// The numbers of the maps: what the server packed, and which of it is on screen.
// A side is one answer as the server sends it: {strategy, answer, attention, relevance, ...}.
const unpacked = new WeakMap();

// The server sends half precision, which not every browser reads by itself; no weight is below 0.
function half(bits) {
  const exponent = bits >> 10;
  const fraction = bits & 1023;
  return exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : fraction * 2 ** -24;
}

function packedNumbers(attention) {
  if (!unpacked.has(attention)) {
    const bytes = Uint8Array.from(atob(attention.numbers), (letter) => letter.charCodeAt(0));
    unpacked.set(attention, new Uint16Array(bytes.buffer));
  }
  return unpacked.get(attention);
}

// Layer, head and word count from 1; 0 is the mean.
function attentionOf(attention, layer, head, word) {
  const { rows, columns, words, heads } = attention;
  const size = rows * columns;
  const place = (layer * (heads + 1) + head) * (words.length + 1) + word;
  const values = [...packedNumbers(attention).subarray(place * size, (place + 1) * size)].map(half);
  return { rows, columns, values, signed: false };
}

function relevanceOf({ rows, columns, image }) {
  return { rows, columns, values: image, signed: true };
}

function strongest(values) {
  let found = 0;
  values.forEach((value, at) => {
    if (Math.abs(value) > Math.abs(values[found])) found = at;
  });
  return found;
}

// Patches are kept as a point of the picture, from 0 to 1, so that they lie at the same place of any grid.
function cellAt({ rows, columns }, { x, y }) {
  return {
    row: Math.min(Math.floor(y * rows), rows - 1),
    column: Math.min(Math.floor(x * columns), columns - 1),
  };
}

function centre({ rows, columns }, { row, column }) {
  return { x: (column + 0.5) / columns, y: (row + 0.5) / rows };
}
