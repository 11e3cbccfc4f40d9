import { useRef } from 'react';

/**
 * Idempotency keys, for the field `request_id`. The same content keeps its key, so that repeating a write after a lost
 * response changes nothing. Different content gets a new key.
 */
export function useRequestId(): (content: unknown) => string {
  const last = useRef({ content: '', id: '' });
  return (content) => {
    const text = JSON.stringify(content);
    if (text !== last.current.content) last.current = { content: text, id: crypto.randomUUID() };
    return last.current.id;
  };
}
