// Levels to colours, by the two palettes that the server sends as pictures of 256 pixels.
const palettes = new Map();

function palette(signed) {
  const image = find(signed ? '.heat-scale.signed' : '.heat-scale.plain');
  if (!palettes.has(signed) && image.complete && image.naturalWidth) {
    const pen = new OffscreenCanvas(256, 1).getContext('2d');
    pen.drawImage(image, 0, 0);
    palettes.set(signed, pen.getImageData(0, 0, 256, 1).data);
  }
  return palettes.get(signed);
}

// Each map is scaled by its own maximum: 0 to 255, or with nothing at 127.5 where what is against counts.
function level(value, most, signed) {
  const share = most ? value / most : 0;
  return signed ? 127.5 + 127.5 * share : 255 * share;
}

function paint(canvas, { rows, columns, values, signed }, finer) {
  const colours = palette(signed);
  if (!colours) return;
  const most = Math.abs(values[strongest(values)]);
  const grey = new ImageData(columns, rows);
  values.forEach((value, at) => grey.data.fill(Math.round(level(value, most, signed)), 4 * at, 4 * at + 3));
  values.forEach((_, at) => (grey.data[4 * at + 3] = 255));
  const small = new OffscreenCanvas(columns, rows);
  small.getContext('2d').putImageData(grey, 0, 0);
  canvas.width = columns * finer;
  canvas.height = rows * finer;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(small, 0, 0, canvas.width, canvas.height);
  const map = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < map.data.length; at += 4) {
    const colour = 4 * map.data[at];
    map.data.set(colours.subarray(colour, colour + 4), at);
  }
  pen.putImageData(map, 0, 0);
}

// The colour of one signed number beside its text, so light that the text can be read on it.
function tint(value, most) {
  const colours = palette(true);
  if (!colours || !most) return '';
  const [red, green, blue] = colours.subarray(4 * Math.round(level(value, most, true)));
  const strength = Math.round((40 * Math.abs(value)) / most);
  return `color-mix(in srgb, rgb(${red} ${green} ${blue}) ${strength}%, var(--lens-panel))`;
}
