/** Holds back the router's moves while something would be lost. Loaded before the router: see `guard`. */
import type { Navigator } from 'react-router';

/**
 * Who is to hear of steps in the window's history before the router does. Listeners of a window are called in the order in which they
 * came, and the router's would draw the other page, and take the guard away, before the next one's turn.
 */
let guard: ((event: PopStateEvent) => void) | null = null;
addEventListener('popstate', (event) => guard?.(event));

/** Where this page stands in the window's history, as the router counts. */
const place = (): number => (history.state as { idx?: number } | null)?.idx ?? 0;

/** Catches what leads to another page; `onHeld` gets how to go there after all. Answers how to let go. */
export function holdBack(navigator: Navigator, onHeld: (go: () => void) => void): () => void {
  const { push, replace } = navigator;
  const path = location.pathname;
  let here = place();
  let isReturning = false;

  const guarded =
    (move: Navigator['push']): Navigator['push'] =>
    (to, ...rest) => {
      const isHere = new URL(navigator.createHref(to), location.href).pathname === path;
      if (!isHere) return onHeld(() => move(to, ...rest));
      move(to, ...rest);
      here = place();
    };
  const onPop = (event: PopStateEvent) => {
    const steps = place() - here;
    if (isReturning) {
      isReturning = false;
      event.stopImmediatePropagation();
    } else if (location.pathname === path) {
      here = place();
    } else if (steps !== 0) {
      // The address has changed already: it goes back before anything else hears of it.
      event.stopImmediatePropagation();
      isReturning = true;
      history.go(-steps);
      onHeld(() => history.go(steps));
    }
  };

  navigator.push = guarded(push);
  navigator.replace = guarded(replace);
  guard = onPop;
  return () => {
    navigator.push = push;
    navigator.replace = replace;
    if (guard === onPop) guard = null;
  };
}
