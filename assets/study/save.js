// A fitted file comes inside the answer to a click and is saved from here: no copy of it waits on the server.
watch('content', () => {
  const { content } = props;
  if (!content) return;
  const bytes = Uint8Array.from(atob(content.data), (letter) => letter.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  link.download = content.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
