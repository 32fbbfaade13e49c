// A click on any button that carries data-choice is a choice, whatever the component shows.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choice]');
  if (!button) return;
  for (const other of element.querySelectorAll('[data-choice]')) other.setAttribute('aria-pressed', other === button);
  trigger('select', { value: button.dataset.choice });
});
