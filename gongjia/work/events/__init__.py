"""Events: one chain Event → Sign-up → Attendance → Result for everything people are invited to.

How the pieces fit:

* `models/event.py`    Event, Session, Cell: what happens, when, and how many places. A `Cell` is a narrow
                       counter. A place is taken from exactly one *partition* cell (group ""): the one of the
                       session and of the nearest union above the person to which places were handed down,
                       else the rest (org NULL). With a guaranteed group, people outside it also take from
                       the *cap* cell (group "others"). `used` is at every instant the sum of `seats` over the
                       sign-ups in `states.HOLDING` (placed, offered) that point at the cell.
* `models/sign_up.py`  SignUp and who comes along: Guest, Child, PickUp, ChildDay.
* `models/draw.py`     Draw: the lot with its proof.
* `models/door.py`     DoorPack, Scan, Attendance, Certificate.
* `models/result.py`   ContestRound, Score, Result.
* `models/around.py`   Paper, Feedback, Slip, Fault (no-show and its appeal), WorkFact (front line, shifts),
                       Team, TeamMember.

Locks are always taken in this order: persons (only where a limit per person holds), the event's row, cells by
id, sign-ups by id, the journal. Whatever gives or frees places goes through `actions/places.py`.

`rules.reasons(facts, terms)` says why somebody may not sign up; `queries.eligible_facts(person_ids, event)`
gathers what it asks, by set. The ordinary page and the rush use these two and `actions.claim_many`.
A `SignUp` in state `entered` is an entry of a lot; `waiting` stands in the line of its cell, in the order
(`waiting_no`, `entered_at`, `id`); `offered` holds a place until `held_until`.
"""
