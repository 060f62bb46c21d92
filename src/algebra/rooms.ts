import type { Engine } from './engine.ts';
import { type Floats, floats, type Precision } from './tensor.ts';

/** Arrays that passes write to and give back. Those of an engine serve all of its passes: one runs at a time, and each alone would keep its own. */
export interface Rooms {
  /** An array of exactly this length, of any content. */
  take(precision: Precision, length: number): Floats;
  give(room: Floats): void;
  /** Forgets all that were given back. */
  clear(): void;
}

const known = new WeakMap<Engine, Rooms>();

/** The rooms of an engine; they live as long as it does. */
export function roomsOf(engine: Engine): Rooms {
  const rooms = known.get(engine) ?? emptyRooms();
  known.set(engine, rooms);
  return rooms;
}

function emptyRooms(): Rooms {
  const free: Floats[] = [];
  return {
    take(precision, length) {
      const fits = free.findIndex(
        (room) => room.length === length && room instanceof Float32Array === (precision === 'float32'),
      );
      return fits < 0 ? floats(precision, length) : free.splice(fits, 1)[0]!;
    },
    give(room) {
      free.push(room);
    },
    clear() {
      free.length = 0;
    },
  };
}
