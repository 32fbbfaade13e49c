// Every layer and head of the word at once, each a small map that a click chooses.
const overview = find('.heat-overview');
const small = find('.heat-all');

function look() {
  const attention = kind() === 'attention' ? shown?.attention : null;
  overview.hidden = !attention || attention.layers * attention.heads === 1;
  if (overview.hidden || !overview.open) return;
  const { layers, heads } = attention;
  if (small.dataset.size !== `${layers} ${heads}`) {
    small.dataset.size = `${layers} ${heads}`;
    small.style.setProperty('--heads', heads + 1);
    small.replaceChildren(...Array.from({ length: (layers + 1) * (heads + 1) }, (_, at) => little(at, heads)));
  }
  [...small.children].forEach((button, at) => {
    const [row, column] = [Math.floor(at / (heads + 1)), at % (heads + 1)];
    paint(button.firstChild, attentionOf(attention, row, column, word), 2);
    button.setAttribute('aria-pressed', row === Number(layer.value) && column === Number(head.value));
  });
}

function little(at, heads) {
  const [row, column] = [Math.floor(at / (heads + 1)), at % (heads + 1)];
  const button = made('button', 'heat-little', '');
  const inLayer = row ? fusionSay('Layer {n}', { n: row }) : fusionSay('All layers');
  const inHead = column ? fusionSay('head {n}', { n: column }) : fusionSay('all heads');
  button.title = fusionSay('{layer}, {head}', { layer: inLayer, head: inHead });
  button.setAttribute('aria-label', button.title);
  button.append(document.createElement('canvas'));
  button.addEventListener('click', () => {
    layer.value = row;
    head.value = column;
    draw();
  });
  return button;
}

overview.addEventListener('toggle', look);
