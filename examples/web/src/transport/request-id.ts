import { useRef } from 'react';

/**
 * Ids that make a write safe to repeat: the same content has the same id, so that a second attempt after a lost
 * response changes nothing. Other content is another request, and needs another id.
 */
export function useRequestId(): (content: unknown) => string {
  const last = useRef({ content: '', id: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (text !== last.current.content) last.current = { content: text, id: crypto.randomUUID() };
    return last.current.id;
  };
}
