// The button of the empty state begins a tour of an example.
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-choice]');
  if (button) trigger('select', { value: button.dataset.choice });
});
