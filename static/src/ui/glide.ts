/** Things on the screen that others move glide to their new place and glow for a moment; one's own are simply there. */

const GLIDE_MS = 180;
const GLOW_MS = 1_400;
/** More at once nobody watches one by one. */
const AT_ONCE = 12;

interface Departure {
  id: string;
  from: DOMRect | null;
  ghost: HTMLElement | null;
  color: string;
}

export interface Glide {
  element(id: string): HTMLElement | null;
  /** Remembers where something is, right before the change shows; without `moves` it will only glow. */
  depart(id: string, color: string, moves: boolean): void;
  /** Lets what departed arrive, as soon as the change is on the screen. */
  arrive(): void;
}

/** For the elements that bear their id in this attribute. */
export function createGlide(attribute: `data-${string}`): Glide {
  let departures: Departure[] = [];
  /** How many glide or glow right now. */
  let onTheirWay = 0;

  const element = (id: string) => document.querySelector<HTMLElement>(`[${attribute}="${CSS.escape(id)}"]`);

  const land = ({ id, from, ghost, color }: Departure): void => {
    const target = element(id);
    if (!target?.animate) return;
    onTheirWay += 1;
    const glow = () => {
      const shine = target.animate(
        [{ boxShadow: `0 0 0 2px ${color}` }, { boxShadow: '0 0 0 2px transparent' }],
        { duration: GLOW_MS, easing: 'ease-in' },
      );
      shine.onfinish = shine.oncancel = () => {
        onTheirWay -= 1;
      };
    };
    const to = target.getBoundingClientRect();
    if (!from || !ghost || (from.x === to.x && from.y === to.y)) {
      glow();
      return;
    }
    ghost.removeAttribute(attribute);
    ghost.inert = true;
    ghost.setAttribute('aria-hidden', 'true');
    Object.assign(ghost.style, {
      position: 'fixed',
      left: `${to.x}px`,
      top: `${to.y}px`,
      width: `${to.width}px`,
      margin: '0',
      zIndex: '50',
      pointerEvents: 'none',
    });
    (target.closest('main') ?? document.body).append(ghost);
    target.style.visibility = 'hidden';
    const flight = ghost.animate(
      [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: 'none' }],
      { duration: GLIDE_MS, easing: 'cubic-bezier(0.2, 0.7, 0.3, 1)' },
    );
    const landed = () => {
      ghost.remove();
      target.style.visibility = '';
      glow();
    };
    flight.onfinish = landed;
    flight.oncancel = landed;
  };

  return {
    element,
    depart(id, color, moves) {
      const moving = moves ? element(id) : null;
      departures = departures.filter((departure) => departure.id !== id);
      departures.push({
        id,
        from: moving?.getBoundingClientRect() ?? null,
        ghost: (moving?.cloneNode(true) as HTMLElement | undefined) ?? null,
        color,
      });
    },
    arrive() {
      const leaving = departures;
      departures = [];
      const isStorm = leaving.length > AT_ONCE - onTheirWay;
      if (isStorm || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      for (const departure of leaving) land(departure);
    },
  };
}
