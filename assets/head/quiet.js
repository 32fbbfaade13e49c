// Gradio's own progress of an upload warns, each time it ends, that its stream has no close().
const warn = console.warn;
console.warn = (...words) => words[0] === 'Method not implemented.' || warn.apply(console, words);
