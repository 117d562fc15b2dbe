// Sets the chosen theme before anything is drawn, so that nothing flashes. A classic script, because modules run later.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Without storage the theme of the system counts.
  }
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  }
})();
