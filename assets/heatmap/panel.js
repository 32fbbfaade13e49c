// The panel as a whole: takes in what the server sends, and draws anew what a visitor's choice changes.
const TITLES = {
  attention: fusionSay('Where each word looked'),
  evidence: fusionSay('Where each label is seen'),
  why: fusionSay('Why this answer'),
};
// What is said before and after a patch is chosen.
const HINTS = {
  attention: [
    fusionSay('Choose a word to see its patches, or a patch to see its words.'),
    fusionSay('How much of each word’s attention falls on the patch.'),
  ],
  evidence: [
    fusionSay('Choose a label to see its patches, or a patch to see its labels.'),
    fusionSay('How much of each label is seen on the patch.'),
  ],
};
const chips = find('.chips');
const kinds = find('.heat-kinds');
const copy = find('.heat-view').cloneNode(true);
const first = viewOf(find('.heat-view'), choosePatch);
const second = viewOf(copy, choosePatch);
let spelt = ''; // the words that were attended from last, kept while a strategy without maps is shown
let listed = ''; // what the chips stand for
let asked = {}; // of the server last: what is to stand beside the shown answer

function chooseWord(index) {
  word = index;
  draw();
}

function choosePatch(point) {
  patch = point;
  draw();
}

function fill(select, names) {
  const kept = Number(select.value || 0);
  if (select.options.length !== names.length) select.replaceChildren(...names.map((name, i) => new Option(name, i)));
  select.value = kept < names.length ? kept : 0;
  const group = select.closest('.heat-steps');
  group.querySelector('.heat-before').disabled = Number(select.value) === 0;
  group.querySelector('.heat-after').disabled = Number(select.value) === names.length - 1;
}

function step(select, by) {
  select.value = Number(select.value) + by;
  draw();
}

function fillWords(its) {
  const names = [[fusionSay('all words'), 0], ...numbered(its)];
  if (listed !== JSON.stringify(names)) {
    listed = JSON.stringify(names);
    chips.replaceChildren(...chipsOf(names, chooseWord));
  }
  for (const chip of chips.children) chip.setAttribute('aria-pressed', Number(chip.dataset.index) === word);
  read(chips.children, readings(its));
  const [choose, amount] = HINTS[its.attention.kind];
  find('.heat-hint').textContent = patch ? amount : choose;
}

function drawOne(view, side) {
  const map = mapOf(side);
  view.show({ map, point: patch, whose: whose(side), ends: map && ends(side, map), caption: captionOf(side, map) });
  const told = view === first && kind() === 'attention' ? null : readings(side); // those chips tell themselves
  const words = view.figure.querySelector('.heat-words');
  words.replaceChildren(...(told ? chipsOf(numbered(side)) : []));
  read(words.children, told);
}

function drawOther(side) {
  find('.heat-body').classList.toggle('two', Boolean(side));
  if (!side) return copy.remove();
  if (!copy.isConnected) find('.heat-views').append(copy);
  copy.classList.toggle('stale', side.reply !== shown.reply);
  drawOne(second, side);
}

function draw() {
  if (!shown) return;
  const [its, theirs] = sides();
  const why = kind() === 'why';
  const evidence = shown.attention?.kind === 'evidence';
  find('.heat-body').hidden = !shown.attention && !shown.explained;
  find('h2').textContent = TITLES[why ? 'why' : shown.attention.kind];
  kinds.hidden = evidence;
  for (const button of kinds.querySelectorAll('button')) {
    const itsKind = button.dataset.kind;
    button.disabled = itsKind === 'why' ? !shown.explained : !shown.attention;
    button.setAttribute('aria-pressed', itsKind === kind());
  }
  find('.heat-words-group').hidden = why;
  find('.heat-selects').hidden = why || evidence;
  if (!why) {
    fillWords(its);
    const many = (what) => Math.max(...sides().map((side) => side.attention?.[what] ?? 0));
    const names = (count) => [fusionSay('mean'), ...Array.from({ length: count }, (_, i) => `${i + 1}`)];
    fill(layer, names(many('layers')));
    fill(head, names(many('heads')));
  }
  drawOne(first, its);
  drawOther(theirs);
  look();
  ask(its);
}

// The other answer's maps, wherever those that are here are of another input or by another explainer.
function ask(its) {
  if (!beside.value) return;
  const explainer = its.relevance?.explainer ?? null;
  const fits = other?.strategy === beside.value && other.reply === shown.reply;
  if (fits && (kind() !== 'why' || !explainer || other.explainer === explainer)) return;
  const now = { strategy: beside.value, reply: shown.reply, explainer };
  if (Object.keys(now).every((key) => now[key] === asked[key])) return;
  asked = now;
  trigger('input', { value: { strategy: beside.value, explainer } });
}

// Who is shown and who is beside change places where the second is chosen for the first.
function fillOthers(before) {
  const kept = beside.value === shown.strategy ? before : beside.value;
  const names = shown.others.map((each) => each.strategy);
  beside.replaceChildren(new Option(fusionSay('nothing'), ''), ...names.map((name) => new Option(name, name)));
  beside.value = names.includes(kept) ? kept : '';
  find('.heat-compare').hidden = !names.length;
}

function compareWith() {
  const chosen = shown.others.find((each) => each.strategy === beside.value);
  if (chosen && !chosen.attends) wanted = 'why';
  if (chosen && !chosen.explained) wanted = 'attention';
  draw();
}

function say() {
  find('.heat-message').hidden = Boolean(shown.attention);
  find('.heat-message p').textContent = shown.message ?? '';
  const buttons = shown.attending.map((name) => {
    const button = made('button', 'chip', name);
    button.addEventListener('click', () => trigger('select', { value: name }));
    return button;
  });
  find('.heat-others').replaceChildren(...buttons);
}

function receive() {
  const before = shown?.strategy;
  shown = props.value || null;
  if (!shown) return;
  const words = shown.attention && shown.attention.words.join('\n');
  if (words !== null && words !== spelt) {
    spelt = words;
    word = shown.attention.sharpest;
  }
  fillOthers(before);
  say();
  explain();
}

// With each value the server sends the relevance anew, or takes it back until it is known.
function explain() {
  const { relevance } = props;
  if (shown && relevance?.strategy === shown.strategy) {
    const key = explained(shown);
    if (!relevance.failed || !found.get(key)?.image) found.set(key, relevance);
  }
  draw();
}

// What was asked for earlier may come later.
function compared() {
  const came = props.other;
  if (came?.strategy !== asked.strategy || came?.reply !== asked.reply) return;
  if (asked.explainer && came.explainer !== asked.explainer) return;
  other = came ?? null;
  draw();
}

function picture() {
  if (props.picture) first.image.src = second.image.src = props.picture;
  choosePatch(null);
}

function fade() {
  for (const { canvas } of [first, second]) canvas.style.opacity = opacity.value / 100;
  find('.heat-percent').textContent = `${opacity.value} %`;
}

for (const scale of first.figure.querySelectorAll('.heat-scale')) scale.addEventListener('load', draw);
for (const select of [layer, head]) {
  const group = select.closest('.heat-steps');
  select.addEventListener('change', draw);
  group.querySelector('.heat-before').addEventListener('click', () => step(select, -1));
  group.querySelector('.heat-after').addEventListener('click', () => step(select, 1));
}
for (const button of kinds.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    wanted = button.dataset.kind;
    draw();
  });
}
element.addEventListener('keydown', (event) => event.key === 'Escape' && patch && choosePatch(null));
beside.addEventListener('change', compareWith);
opacity.addEventListener('input', fade);
watch('value', receive);
watch('relevance', explain);
watch('other', compared);
watch('picture', picture);
fade();
picture();
receive();
