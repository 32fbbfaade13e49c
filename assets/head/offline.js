// The server cannot be reached: say so at once and look for it. One that was started anew knows nothing of this
// visit, so the page is opened anew then.
const send = window.fetch;
const EVERY = 2000; // milliseconds
let banner;

async function reached() {
  try {
    const {root, api_prefix: prefix, app_id: app} = window.gradio_config;
    const answer = await send(`${root}${prefix}/app_id`, {cache: 'no-store'});
    return answer.ok && ((await answer.json()).app_id === app ? 'the same' : 'another');
  } catch {
    return false;
  }
}

async function look() {
  if (banner || (await reached()) !== false || banner) return;
  banner = document.createElement('div');
  banner.className = 'offline';
  banner.setAttribute('role', 'alert');
  banner.textContent = fusionSay('The server cannot be reached; looking for it again…');
  document.body.append(banner);
  let found = false;
  while (!found) {
    await new Promise((go) => setTimeout(go, EVERY));
    found = await reached();
  }
  if (found === 'another') location.reload();
  banner.remove();
  banner = undefined;
}

window.fetch = async (...request) => {
  try {
    return await send(...request);
  } catch (error) {
    if (error.name !== 'AbortError') look();
    throw error;
  }
};
addEventListener('offline', look);
