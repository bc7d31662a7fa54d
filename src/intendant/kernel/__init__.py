"""The one sentence: detectors notice, proposals ask, the gate answers, people decide what it reserves, actions do, audit
remembers, outcomes teach. Each package here is one clause of it, or what it stands on."""
