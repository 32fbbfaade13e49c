// Words as small buttons, with a number and a bar each where there is something to tell of them.
const LONGEST = 24; // letters of a word that are shown

function short(name) {
  const letters = [...name];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : name;
}

function made(tag, className, text) {
  const found = document.createElement(tag);
  if (tag === 'button') found.type = 'button';
  found.className = className;
  found.textContent = text;
  return found;
}

// names: of what each stands for, with its index. pick: what a click does; without it they only tell.
function chipsOf(names, pick) {
  return names.map(([name, index]) => {
    const chip = made(pick ? 'button' : 'span', index === 0 ? 'chip every' : 'chip', short(name));
    chip.dataset.index = index;
    if (pick) chip.addEventListener('click', () => pick(index));
    return chip;
  });
}

// readings: by index, {value, text, signed}; null where there is nothing to tell.
function read(chips, readings) {
  const most = readings ? Math.max(...readings.map((reading) => Math.abs(reading?.value ?? 0))) : 0;
  for (const chip of chips) {
    const reading = readings?.[chip.dataset.index];
    chip.querySelector('.chip-number')?.remove();
    chip.classList.toggle('read', Boolean(reading));
    chip.style.background = reading?.signed ? tint(reading.value, most) : '';
    if (!reading) continue;
    chip.append(made('span', 'chip-number', reading.text));
    chip.style.setProperty('--share', most ? Math.abs(reading.value) / most : 0);
  }
}
