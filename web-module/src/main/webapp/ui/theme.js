// A classic script in the head: the choice is there before anything is painted.
{
  const chosen = localStorage.getItem('zimage.theme');
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.theme = chosen;
  }
}
