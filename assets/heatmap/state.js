// Body of the heat map component's script, joined from the files of this folder: `element`, `props`,
// `trigger` and `watch` come from gradio. Here is what the visitor has chosen, and what it means for a side.
const find = (name) => element.querySelector(name);
const layer = find('.heat-layer');
const head = find('.heat-head');
const opacity = find('.heat-opacity');
const beside = find('.heat-beside');
let shown = null; // the answer that the server sent last
let other = null; // the one to compare with, where one is chosen
let wanted = 'attention'; // or 'why'
let word = 0; // 0 is all words
let patch = null; // a point of the picture
const found = new Map(); // relevance of what was explained, or the sentence why not, by answer

const explained = (side) => `${side.reply} ${side.strategy}`;

// The kind of map on screen: the wanted one where the shown answer has it.
function kind() {
  if (!shown?.attention) return 'why';
  return wanted === 'why' && shown.explained ? 'why' : 'attention';
}

function sides() {
  const { failed, ...relevance } = (shown && found.get(explained(shown))) ?? {};
  const its = { ...shown, failed, relevance: relevance.image ? relevance : null };
  return beside.value ? [its, other?.strategy === beside.value ? other : { strategy: beside.value }] : [its];
}

function wordsOf(side) {
  return (kind() === 'why' ? side.relevance?.words : side.attention?.words) ?? [];
}

const numbered = (side) => wordsOf(side).map((name, i) => [name, i + 1]);

// The other answer may read other words: what has no fellow there is shown by the mean of all.
function wordIn(side) {
  const [its] = sides();
  if (side.strategy === its.strategy || !word) return word;
  const name = wordsOf(its)[word - 1]?.toLowerCase();
  const theirs = wordsOf(side).map((each) => each.toLowerCase());
  return theirs[word - 1] === name ? word : theirs.indexOf(name) + 1;
}

function placeIn(side) {
  const { layers, heads } = side.attention;
  return {
    layer: Number(layer.value) <= layers ? Number(layer.value) : 0,
    head: Number(head.value) <= heads ? Number(head.value) : 0,
    word: wordIn(side),
  };
}

function mapOf(side) {
  if (kind() === 'why') return side.relevance ? relevanceOf(side.relevance) : null;
  if (!side.attention) return null;
  const place = placeIn(side);
  return attentionOf(side.attention, place.layer, place.head, place.word);
}
