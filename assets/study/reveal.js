// What was chosen in a long list appears below it: bring it up.
watch('value', () => {
  const { top, bottom } = element.getBoundingClientRect();
  if (!element.querySelector('.looked-at') || (bottom > 0 && top < 0.6 * innerHeight)) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element.scrollIntoView({ behavior: calm ? 'auto' : 'smooth' });
});
