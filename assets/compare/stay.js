// What is shown is replaced by every answer: the keyboard stays where it was.
let held = '';
element.addEventListener('focusin', (event) => (held = event.target.dataset?.choice ?? ''));
element.addEventListener('focusout', (event) => {
  if (event.relatedTarget) held = '';
});
// On a narrow screen answers to a new input appear below the fold: bring them up.
let shown = false;
watch('value', () => {
  if (held && document.activeElement === document.body) {
    element.querySelector(`[data-choice="${held}"]`)?.focus({ preventScroll: true });
  }
  const first = !shown;
  shown = Boolean(element.querySelector('[data-choice]'));
  if (!first || !shown || element.getBoundingClientRect().top < 0.7 * innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  document.getElementById('compare-given').scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
});
