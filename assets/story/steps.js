// One step in view at a time: the column of the tour knows which, and the style sheet shows that one.
const tour = element.closest('#tour');
const buttons = [...element.querySelectorAll('.tour-way button')];
const names = buttons.map((button) => button.dataset.step);
const [back, on] = [element.querySelector('.tour-back'), element.querySelector('.tour-on')];

const at = () => Math.max(0, names.indexOf(tour.dataset.step));

function show(place) {
  tour.dataset.step = names[place];
  buttons.forEach((button, i) => {
    button.toggleAttribute('aria-current', false);
    if (i === place) button.setAttribute('aria-current', 'step');
    button.classList.toggle('passed', i < place);
  });
  back.disabled = place === 0;
  on.disabled = place === names.length - 1;
}

function go(place) {
  if (place < 0 || place >= names.length) return;
  show(place);
  buttons[place].scrollIntoView({ block: 'nearest', inline: 'center' });
  const heading = tour.querySelector(`.tour-step[data-step="${names[place]}"] h2`);
  if (!heading) return;
  heading.focus({ preventScroll: true });
  const top = heading.getBoundingClientRect().top;
  if (top >= element.getBoundingClientRect().bottom && top < 0.6 * innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  tour.scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
}

buttons.forEach((button, i) => button.addEventListener('click', () => go(i)));
back.addEventListener('click', () => go(at() - 1));
on.addEventListener('click', () => go(at() + 1));
tour.addEventListener('keydown', (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest('input, select, textarea') || !tour.querySelector('.tour-step')) return;
  event.preventDefault();
  go(at() + step);
});
show(at());
