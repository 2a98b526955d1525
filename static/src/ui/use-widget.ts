import { useEffect, useRef } from 'react';

/**
 * The widget as any page has it: by a tag, and gone with the page. `look` are the tag's `data-` attributes; what changes of them
 * is shown at once, without beginning anew. `version` tells when to begin anew all the same: the channel's own settings changed.
 */
export function useWidget(channel: string, look: Record<string, string>, version = ''): void {
  const tag = useRef<HTMLScriptElement | null>(null);
  const first = useRef(look);
  first.current = look;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is a reason to begin anew
  useEffect(() => {
    if (!channel) return;
    const script = document.createElement('script');
    script.src = `/widget.js?channel=${encodeURIComponent(channel)}`;
    script.async = true;
    Object.assign(script.dataset, first.current);
    document.body.append(script);
    tag.current = script;
    return () => {
      tag.current = null;
      script.dispatchEvent(new Event('balcao:remove'));
      script.remove();
    };
  }, [channel, version]);

  const said = JSON.stringify(look);
  useEffect(() => {
    if (tag.current) Object.assign(tag.current.dataset, JSON.parse(said));
  }, [said]);
}
