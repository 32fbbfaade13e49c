// A click on any button that carries data-choice is a choice.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choice]');
  if (button) trigger('select', { value: button.dataset.choice });
});
