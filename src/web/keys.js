/** Optional keys over links and buttons that are there anyway; off in fields, and switched off in Settings. Under 2 KB. */
(() => {
  const name = 'claimledger-keys';
  const isOff = () => localStorage.getItem(name) === 'off';
  const switches = [...document.querySelectorAll('#keys-off, #keys-on')];
  const show = () => {
    for (const line of switches) line.hidden = (line.id === 'keys-off') === isOff();
  };
  for (const line of switches)
    line.addEventListener('click', () => {
      localStorage.setItem(name, line.id === 'keys-off' ? 'off' : 'on');
      show();
    });
  show();
  const stops = [...document.querySelectorAll('.quote, .card, .hit')];
  const current = () => stops.findIndex((stop) => stop.contains(document.activeElement));
  const step = (by) => {
    const stop = stops[Math.max(0, Math.min(stops.length - 1, current() + by))];
    if (!stop) return;
    stop.tabIndex = -1;
    stop.focus({ preventScroll: true });
    stop.scrollIntoView({ block: 'center' });
  };
  const press = (key) => {
    const place = key === 'u' ? document : (stops[Math.max(0, current())] ?? document);
    place.querySelector(`[data-key="${key}"]`)?.click();
  };
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
    if (target.closest('input, select, textarea')) return;
    if (key === '/') {
      event.preventDefault();
      document.querySelector('[type="search"]')?.focus();
    } else if (key === 'j') step(1);
    else if (key === 'k') step(-1);
    else if (key === 'o') stops[current()]?.querySelector('a[href*="/articles/"]')?.click();
    else if (key === '?') location.assign('/settings#keys');
    else if ('1230su'.includes(key)) press(key);
  });
})();
