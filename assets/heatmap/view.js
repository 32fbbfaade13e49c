// One picture with its map: draws it, outlines patches, and tells which patch a visitor chooses.
const FINER = 16; // pixels drawn for each patch, a side
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function viewOf(figure, chosen) {
  const part = (name) => figure.querySelector(name);
  const frame = part('.heat-frame');
  const image = part('.heat-frame img');
  const canvas = part('canvas');
  const patches = part('.heat-patches');
  const back = part('.heat-back');
  let map = null;
  let caption = () => ''; // of a cell, or of the whole map
  let patch = null; // the chosen cell
  let cursor = null; // the cell that is pointed at
  let byKey = false; // whether it is by the keyboard, whose user is told of it

  function outline(name, cell) {
    const mark = part(name);
    mark.hidden = !cell || !map;
    if (mark.hidden) return;
    mark.style.left = `${(100 * cell.column) / map.columns}%`;
    mark.style.top = `${(100 * cell.row) / map.rows}%`;
    mark.style.width = `${100 / map.columns}%`;
    mark.style.height = `${100 / map.rows}%`;
  }

  function point(cell, key = false) {
    cursor = cell;
    byKey = key;
    outline('.heat-cursor', cursor);
    tell(caption(byKey ? cursor : patch));
  }

  function tell(text) {
    if (part('.heat-caption').textContent === text) return; // it is read out when it changes
    part('.heat-caption').textContent = text;
    canvas.setAttribute('aria-label', fusionSay('Map over the picture. {text}', { text }));
  }

  function under(event) {
    const box = frame.getBoundingClientRect();
    const inside = (share) => Math.min(Math.max(share, 0), 1);
    const x = inside((event.clientX - box.left) / box.width);
    return cellAt(map, { x, y: inside((event.clientY - box.top) / box.height) });
  }

  function start() {
    if (patch) return patch;
    const at = strongest(map.values);
    return { row: Math.floor(at / map.columns), column: at % map.columns };
  }

  function move(event) {
    const step = ARROWS[event.key];
    if (!step || !map) return;
    event.preventDefault();
    const from = cursor ?? start();
    const within = (at, count) => Math.min(Math.max(at, 0), count - 1);
    const cell = { row: within(from.row + step[0], map.rows), column: within(from.column + step[1], map.columns) };
    point(cell, true);
  }

  function choose(event) {
    if (!map) return;
    const cell = event.detail ? under(event) : cursor ?? start(); // 0: by a key
    const again = patch && cell.row === patch.row && cell.column === patch.column;
    chosen(again ? null : centre(map, cell));
  }

  function show(next) {
    ({ map, caption } = next);
    patch = map && next.point ? cellAt(map, next.point) : null;
    if (cursor && map) cursor = cellAt(map, centre(map, cursor));
    canvas.hidden = patches.hidden = part('.heat-legend').hidden = !map;
    back.hidden = !patch;
    part('.heat-whose').textContent = next.whose;
    outline('.heat-patch', patch);
    outline('.heat-cursor', cursor);
    if (map) {
      paint(canvas, map, FINER);
      part('.heat-scale.plain').hidden = map.signed;
      part('.heat-scale.signed').hidden = !map.signed;
      [part('.heat-least').textContent, part('.heat-most').textContent] = next.ends;
      const answer = next.whose;
      const named = fusionSay('Patches of {answer}: arrow keys move, Enter shows a patch’s words', { answer });
      patches.setAttribute('aria-label', named);
    }
    tell(caption(byKey ? cursor : patch));
  }

  image.addEventListener('load', () =>
    frame.style.setProperty('--proportion', image.naturalWidth / image.naturalHeight)
  );
  patches.addEventListener('click', choose);
  patches.addEventListener('keydown', move);
  patches.addEventListener('blur', () => point(null));
  patches.addEventListener('pointermove', (event) => map && point(under(event)));
  patches.addEventListener('pointerleave', () => point(null));
  back.addEventListener('click', () => {
    patches.focus({ preventScroll: true }); // the button goes
    chosen(null);
  });
  return { figure, image, canvas, show };
}
