// early.ts - early
