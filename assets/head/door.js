// Who is asked for the password may leave its fields empty: gradio's form says nothing at all then.
const ask = window.fetch;
window.fetch = (address, options) => {
  const given = options?.body;
  if (given instanceof FormData && given.has('password')) {
    for (const field of ['username', 'password']) if (!given.get(field)) given.set(field, '-');
  }
  return ask(address, options);
};
