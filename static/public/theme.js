// Sets theme and language on <html> before the first paint, so that a dark screen never flashes white.
// A file of its own because the content security policy allows no inline script.
(() => {
  const root = document.documentElement;
  let theme = null;
  let language = null;
  try {
    theme = localStorage.getItem('balcao.theme');
    language = localStorage.getItem('balcao.language');
  } catch {
    // Storage can be blocked; the system's theme is a good answer then.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  if (language) root.lang = language;
})();
