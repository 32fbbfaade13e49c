// Body of the panel "What if?": `element`, `props`, `trigger` and `watch` come from gradio, `brushOver` from
// brush.js. What is brushed over goes to the server as boxes; it paints and encodes the picture.
const find = (name) => element.querySelector(`.what-if-${name}`);
const panel = element.querySelector('details');
const search = find('search');
const chips = element.querySelector('.chips');
const table = element.querySelector('tbody');
let given = null; // what the server sent last: the words and the answers as they are
let original = ''; // the picture's address, once it was asked for
let pictured = ''; // the key for which it was
let struck = new Set(); // places of words
let past = []; // what was brushed and struck before each change
let sent = []; // the cells that the server was told of last
let moved = null; // every strategy's answer after the changes
let flip = null; // the smallest changes that were found
let ticket = Date.now(); // of the last change: what the server says of an earlier one is thrown away
let searches = ticket; // the same for searches
let searching = 0; // the search that goes on

const brush = brushOver(find('frame'), find('brush'), {
  stroked(before) {
    past.push([before, struck]);
    settle();
  },
  undo,
  told({ x, y }) {
    const at = { x: percent(x), y: percent(y) };
    find('place').textContent = fusionSay('Brush at {x} from the left, {y} from the top', at);
  },
});

function percent(share) {
  if (share > 0 && share < 0.01) return '<1 %';
  return share < 1 && share > 0.99 ? '>99 %' : `${(100 * share).toFixed(0)} %`;
}

function make(tag, name, ...inside) {
  const made = document.createElement(tag);
  made.className = name;
  made.append(...inside);
  return made;
}

function button(name, label, press) {
  const made = make('button', name, label);
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}

// What is changed, to the server and back

function change(cells, words) {
  past.push([brush.cells(), struck]);
  struck = words;
  brush.put(cells);
  settle();
}

function undo() {
  const before = past.pop();
  if (!before) return;
  struck = before[1];
  brush.put(before[0]);
  settle();
}

function settle() {
  ticket += 1;
  find('error').textContent = '';
  const boxes = brush.boxes();
  sent = brush.cells();
  const changed = boxes.length > 0 || struck.size > 0;
  find('told').classList.toggle('working', changed);
  if (changed) trigger('input', { ticket, key: given.key, boxes, words: [...struck] });
  else {
    moved = null;
    brush.show(original, []);
  }
  render();
}

function answered() {
  const got = props.moved;
  if (!got || got.ticket !== ticket || got.key !== given?.key) return;
  find('told').classList.remove('working');
  find('error').textContent = got.error ?? '';
  moved = got.rows ?? null; // none after a failure: what an earlier change did is not said of this one
  brush.show(got.painted ?? original, got.painted ? sent : []);
  render();
}

function look() {
  searches += 1;
  searching = searches;
  flip = null;
  find('error').textContent = '';
  searched({ done: 0, total: 0 });
  trigger('submit', { ticket: searching, key: given.key, strategy: given.strategy });
  render();
}

function found() {
  const got = props.flip;
  if (!got || got.ticket !== searching || got.key !== given?.key) return;
  if (got.total !== undefined) {
    searched(got);
    return;
  }
  searching = 0;
  if (got.error) find('error').textContent = got.error;
  else if (!got.stopped) flip = got;
  render();
}

function searched({ done, total }) {
  find('progress i').style.width = `${total && (100 * done) / total}%`;
  find('progress .fine').textContent = total
    ? fusionSay('{done} of {total} parts tried', { done, total })
    : fusionSay('Searching…');
}

function receive() {
  const fresh = props.value;
  if (!fresh) return;
  const before = given;
  given = fresh;
  const same = before?.key === fresh.key;
  const asBefore = same && JSON.stringify(before.rows) === JSON.stringify(fresh.rows);
  if (!asBefore || before.strategy !== fresh.strategy) {
    flip = null;
    searching = 0;
  }
  if (!same) begin();
  else if (!asBefore) settle();
  render();
}

function begin() {
  struck = new Set();
  past = [];
  original = '';
  brush.put(brush.cells().fill(0));
  chips.replaceChildren(...given.words.map((word, i) => button('chip', word, () => strike(i))));
  settle();
  open();
}

function strike(i) {
  const others = new Set(struck);
  if (!others.delete(i)) others.add(i);
  change(brush.cells(), others);
}

function open() {
  if (!panel.open || !given || pictured === given.key) return;
  pictured = given.key;
  trigger('expand', {});
}

function picture() {
  if (!props.picture || props.picture.key !== given?.key) return;
  original = props.picture.address;
  pictured = given.key;
  if (!moved) brush.show(original, []);
}

// What is shown

function render() {
  [...chips.children].forEach((chip, i) => {
    chip.setAttribute('aria-pressed', struck.has(i));
    chip.classList.toggle('flips', Boolean(flip?.words?.includes(i)));
  });
  find('undo').disabled = !past.length;
  find('clear').disabled = !brush.share() && !struck.size;
  rows();
  verdict();
  const answer = given.rows.find((row) => row.strategy === given.strategy);
  const { strategy } = given;
  find('shown').textContent = answer
    ? fusionSay('{strategy} answers {label} ({share}).', {
        strategy,
        label: answer.label,
        share: percent(answer.probability),
      })
    : fusionSay('{strategy} is a reference model; choose a fusion strategy to see what flips it.', { strategy });
  search.disabled = !answer || Boolean(searching);
  find('progress').hidden = !searching;
  const nothing = brush.cells().fill(0);
  find('found').replaceChildren(
    ...(flip
      ? [
          told(flip.sentences[0], flip.words && (() => change(nothing, new Set(flip.words)))),
          told(flip.sentences[1], flip.box && (() => change(brush.cover(flip.box), new Set()))),
        ]
      : [])
  );
  brush.frame(flip?.box ?? null);
}

function told(sentence, again) {
  if (!again) return make('p', '', sentence);
  return make('p', 'flips', make('span', '', sentence), button('chip', fusionSay('Try it'), again));
}

function rows() {
  const names = given.rows.map((row) => row.strategy);
  if (names.join('\n') !== [...table.rows].map((row) => row.dataset.name).join('\n')) {
    table.replaceChildren(...names.map(blank));
  }
  given.rows.forEach((row, i) => {
    const now = moved?.find((one) => one.strategy === row.strategy);
    const [name, before, after, kept] = table.rows[i].cells;
    const chosen = row.strategy === given.strategy;
    name.firstChild.setAttribute('aria-pressed', chosen);
    table.rows[i].className = [chosen && 'chosen', now?.changed && 'changed'].filter(Boolean).join(' ');
    before.replaceChildren(make('b', '', row.label), ` ${percent(row.probability)}`);
    if (now) {
      const flag = now.changed ? [make('span', 'visually-hidden', `${fusionSay('changed:')} `)] : [];
      after.replaceChildren(...flag, make('b', '', now.after.label), ` ${percent(now.after.probability)}`);
    } else after.replaceChildren('–');
    const share = now ? now.kept : row.probability;
    kept.querySelector('i').style.width = `${100 * share}%`;
    kept.querySelector('s').style.left = `${100 * row.probability}%`;
    kept.lastChild.textContent = now ? `${percent(row.probability)} → ${percent(share)}` : '';
  });
}

function blank(strategy) {
  const name = make('th', '', button('', strategy, () => trigger('select', { value: strategy })));
  name.scope = 'row';
  const bar = make('span', 'bar', make('i', ''), make('s', ''));
  const kept = make('td', 'kept', bar, make('span', 'number'));
  const row = make('tr', '', name, make('td', 'before'), make('td', 'after'), kept);
  row.dataset.name = strategy;
  // Spelled out, as narrow screens lay the rows out as a grid, which would drop them.
  row.setAttribute('role', 'row');
  [...row.cells].forEach((cell) => cell.setAttribute('role', cell === name ? 'rowheader' : 'cell'));
  bar.setAttribute('aria-hidden', 'true');
  return row;
}

function verdict() {
  if (find('told').classList.contains('working')) return; // it speaks of what was changed before
  if (!moved) {
    const changed = brush.share() > 0 || struck.size > 0; // and what it did is not known
    find('verdict').textContent = changed ? '' : fusionSay('Nothing is changed yet: these are the answers as they are.');
    return;
  }
  const share = brush.share();
  const names = [...struck].sort((a, b) => a - b).map((i) => `“${given.words[i]}”`);
  const without = share ? [fusionSay('{share} of the picture', { share: percent(share) }), ...names] : names;
  const most = without.slice(0, -1).join(fusionSay(', '));
  const named = most ? most + fusionSay(' and ') + without.at(-1) : without[0];
  find('verdict').textContent = outcome(named, moved.filter((row) => row.changed).length, moved.length);
}

function outcome(named, changed, total) {
  if (!changed) return fusionSay('Without {named}, every strategy answers as before.', { named });
  if (changed === 1) return fusionSay('Without {named}, 1 of {total} strategies answers otherwise.', { named, total });
  const told = { named, changed, total };
  return fusionSay('Without {named}, {changed} of {total} strategies answer otherwise.', told);
}

find('undo').addEventListener('click', undo);
find('clear').addEventListener('click', () => change(brush.cells().fill(0), new Set()));
search.addEventListener('click', look);
panel.addEventListener('toggle', open);
watch('value', receive);
watch('picture', picture);
watch('moved', answered);
watch('flip', found);
receive();
picture();
