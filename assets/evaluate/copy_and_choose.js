// A click on a button that carries data-choice chooses; on one that carries data-copy it copies a command.
element.addEventListener('click', async (event) => {
  const choice = event.target.closest('[data-choice]');
  if (choice) trigger('select', { value: choice.dataset.choice });
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = fusionSay('Copied');
  } catch {
    // A page without a secure connection may not write there: mark the command, so that it can be copied by hand.
    getSelection().selectAllChildren(button.parentElement.querySelector('code'));
    button.textContent = fusionSay('Marked: copy it');
  }
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => (button.textContent = before), 2000);
});
