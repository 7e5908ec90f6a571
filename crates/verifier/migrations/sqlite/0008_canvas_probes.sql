-- What a device drew of the canvas probe's seeds: those that pend, those that were spent last. Opaque here; the row's MAC covers it.
ALTER TABLE devices ADD COLUMN probes TEXT NOT NULL DEFAULT '';
