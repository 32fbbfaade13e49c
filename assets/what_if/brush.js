// A brush over a picture, by mouse, touch or keyboard, that marks cells of a grid. `frame` holds an image and
// a canvas over it; `size` is a slider, the brush's width in hundredths of the picture's longer side. After
// each stroke `stroked` gets the cells from before it; `undo` is called on backspace, `told` with the place.
function brushOver(frame, size, { stroked, undo, told }) {
  const SIDE = 64; // cells across and down; the boxes that the server finds end on their edges
  const image = frame.querySelector('img');
  const canvas = frame.querySelector('canvas');
  let cells = new Uint8Array(SIDE * SIDE); // 1 where brushed over
  let painted = []; // those that are painted out in the picture that is shown
  let framed = null; // a box to draw a frame around
  let before = null; // the cells before the stroke that goes on
  let at = null; // where the brush is, in shares of the picture

  const within = (value) => Math.min(1, Math.max(0, value));
  const centre = (cell) => [((cell % SIDE) + 0.5) / SIDE, (Math.floor(cell / SIDE) + 0.5) / SIDE];

  function dab(from, to) {
    const longer = Math.max(image.naturalWidth, image.naturalHeight);
    const [across, down] = [image.naturalWidth / longer, image.naturalHeight / longer];
    const [dx, dy] = [(to.x - from.x) * across, (to.y - from.y) * down];
    const length = dx * dx + dy * dy;
    cells.forEach((_, cell) => {
      const [x, y] = centre(cell);
      const [ex, ey] = [(x - from.x) * across, (y - from.y) * down];
      const along = length && within((ex * dx + ey * dy) / length);
      if (Math.hypot(ex - along * dx, ey - along * dy) <= size.value / 200) cells[cell] = 1;
    });
  }

  function place(event) {
    const area = canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height];
    return { x: within(x), y: within(y) };
  }

  function begin() {
    before = cells.slice();
    dab(at, at);
    draw();
  }

  function end() {
    if (!before) return;
    const was = before;
    before = null;
    if (was.some((on, cell) => on !== cells[cell])) stroked(was);
  }

  function press(event) {
    if (event.button || !image.naturalWidth) return;
    canvas.setPointerCapture(event.pointerId);
    at = place(event);
    begin();
  }

  function drag(event) {
    const last = at;
    at = place(event);
    if (before) dab(last, at);
    draw();
  }

  function key(event) {
    const step = event.shiftKey ? 1 / 8 : 1 / 32;
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    at ??= { x: 0.5, y: 0.5 };
    if (x !== undefined) {
      at = { x: within(at.x + step * x), y: within(at.y + step * y) };
      told(at);
      draw();
    } else if ((event.key === ' ' || event.key === 'Enter') && image.naturalWidth) {
      begin();
      end();
    } else if (event.key === 'Backspace') undo();
    else return;
    event.preventDefault();
  }

  function boxes() {
    // Runs of cells row by row; one that goes on in the next row makes the same box longer.
    const found = [];
    let above = {};
    for (let row = 0; row < SIDE; row += 1) {
      const here = {};
      for (let left = 0; left < SIDE; left += 1) {
        let right = left;
        while (right < SIDE && cells[row * SIDE + right]) right += 1;
        if (right > left) {
          const run = `${left} ${right}`;
          here[run] = above[run] ?? [left, row, right, row];
          if (!above[run]) found.push(here[run]);
          here[run][3] = row + 1;
          left = right;
        }
      }
      above = here;
    }
    return found.map((box) => box.map((side) => side / SIDE));
  }

  function cover([left, top, right, bottom]) {
    return cells.map((_, cell) => {
      const [x, y] = centre(cell);
      return left < x && x < right && top < y && y < bottom;
    });
  }

  function draw() {
    const fine = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * fine);
    canvas.height = Math.round(canvas.clientHeight * fine);
    const pen = canvas.getContext('2d');
    const ink = getComputedStyle(frame).getPropertyValue('--lens-text');
    const x = (column) => Math.round((column * canvas.width) / SIDE);
    const y = (row) => Math.round((row * canvas.height) / SIDE);
    const line = (path, colour, width) => {
      for (const [style, wide] of [['#fff', width + 1.5], [colour, width]]) {
        pen.strokeStyle = style;
        pen.lineWidth = wide * fine;
        pen.stroke(path);
      }
    };
    const edges = new Path2D();
    pen.fillStyle = 'rgb(20 28 44 / 0.62)';
    cells.forEach((on, cell) => {
      if (!on) return;
      const [column, row] = [cell % SIDE, Math.floor(cell / SIDE)];
      const [left, top, right, bottom] = [x(column), y(row), x(column + 1), y(row + 1)];
      if (!painted[cell]) pen.fillRect(left, top, right - left, bottom - top);
      const edge = (inside, ...ends) => {
        if (inside) return;
        edges.moveTo(ends[0], ends[1]);
        edges.lineTo(ends[2], ends[3]);
      };
      edge(row > 0 && cells[cell - SIDE], left, top, right, top);
      edge(row < SIDE - 1 && cells[cell + SIDE], left, bottom, right, bottom);
      edge(column > 0 && cells[cell - 1], left, top, left, bottom);
      edge(column < SIDE - 1 && cells[cell + 1], right, top, right, bottom);
    });
    pen.lineCap = 'square';
    line(edges, '#1a2230', 1);
    if (framed) {
      const [left, top, right, bottom] = framed.map((side, i) => (i % 2 ? y : x)(side * SIDE));
      const box = new Path2D();
      box.rect(left + 2 * fine, top + 2 * fine, right - left - 4 * fine, bottom - top - 4 * fine);
      line(box, ink, 3);
    }
    if (at) {
      const ring = new Path2D();
      const radius = (size.value / 200) * Math.max(canvas.width, canvas.height);
      ring.arc(at.x * canvas.width, at.y * canvas.height, radius, 0, 2 * Math.PI);
      line(ring, '#1a2230', 1.5);
    }
  }

  function focus(on) {
    if (!on) at = null;
    else if (canvas.matches(':focus-visible')) at ??= { x: 0.5, y: 0.5 };
    draw();
  }

  canvas.addEventListener('pointerdown', press);
  canvas.addEventListener('pointermove', drag);
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('pointerleave', () => focus(canvas.matches(':focus-visible')));
  canvas.addEventListener('keydown', key);
  canvas.addEventListener('focus', () => focus(true));
  canvas.addEventListener('blur', () => focus(false));
  size.addEventListener('input', draw);
  image.addEventListener('load', () => {
    frame.style.setProperty('--proportion', image.naturalWidth / image.naturalHeight);
    draw();
  });
  new ResizeObserver(draw).observe(frame);

  return {
    boxes,
    cover, // the cells inside a box
    cells: () => cells.slice(),
    share: () => cells.reduce((sum, on) => sum + on, 0) / cells.length,
    put(others) {
      cells = others.slice();
      draw();
    },
    frame(box) {
      framed = box;
      draw();
    },
    show(address, without) {
      painted = without;
      if (address) image.src = address;
      else image.removeAttribute('src');
      draw();
    },
  };
}
