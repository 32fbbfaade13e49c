// What gradio says in English only, or not at all in a language: what its inputs refuse before the server sees it,
// and to a screen reader that an answer has come. The page has words of its own.
const OWN = [
  [/^Invalid file types?: (.*)\. Only image\/\* allowed\.$/s, (what) => fusionSay('This is not a picture: {what}', {what})],
  [/^File\(s\) exceed the maximum allowed size of .*?: (.*)$/s, (what) => fusionSay('This file is too large: {what}', {what})],
];

function retell() {
  for (const live of document.querySelectorAll('[aria-live][aria-atomic]')) {
    if (live.firstChild?.data === 'common.complete') live.firstChild.data = fusionSay('Complete');
  }
  for (const toast of document.querySelectorAll('[data-testid="toast-body"]')) {
    const title = toast.querySelector('.toast-title')?.firstChild;
    const error = `${fusionSay('Error')} `;
    if (title?.data?.trim() === 'Error' && title.data !== error) title.data = error; // a change calls this again
    for (const told of toast.querySelectorAll('[data-testid="toast-text"]')) {
      for (const [theirs, ours] of OWN) {
        const found = theirs.exec(told.textContent);
        if (found) told.textContent = ours(found[1]);
      }
    }
  }
}

new MutationObserver(retell).observe(document.documentElement, {childList: true, characterData: true, subtree: true});
