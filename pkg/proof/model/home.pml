/*
 * One home for good, by the claim: what pkg/provision does for one organization with
 * two names. Name 0 is global, a stranger can have it; name 1 is in the account's own
 * namespace. check.sh runs the model with DELIVERIES, ASSERTIONS and MUTANT (0: none);
 * docs/proof.md says what it shows.
 *
 * A delivery may end after each write (create, claim, policy, outcome) and begins anew,
 * for ever. Others may have changed a tag or a policy at any time before, and a read
 * of it may be of any age; so it needs no state: a look at a bucket that the account
 * has or had says anything. What reads may say only ever grows; so each is made at the
 * last moment, in one step with the write that rests on it or with the other reads,
 * which has every answer that an earlier one has. And a read that only repeats another
 * (the proof and the policy beside the claim, the last one before the opening) may say
 * the same: of it only the failure is left, which begins anew.
 */
/* ASSERTIONS to check, a sum: a mutant is to be caught by each one that is named for it. */
#define OneHome          1
#define HomeNeverChanges 2
#define OnlyTheClaimed   4
#define ClaimWrittenOnce 8
#define HOLDS(which, what) assert(!(ASSERTIONS & which) || (what))

/* OLD is the name of a home of before the claims: it has been there for long, somebody
   was told of it, and its policy may be damaged, but names the organization's user. */
#ifndef OLD
#define OLDHOME(n) false
#define MAYHAVEPOLICY(n) ever[n] /* a person may have put a copy */
#define FIRST(x) { 0, 0 }
#else
#define OLDHOME(n) (n == OLD)
#define MAYHAVEPOLICY(n) put[n]
#if OLD == 0
#define FIRST(x) { x, 0 }
#else
#define FIRST(x) { 0, x }
#endif
#endif

/* Mutants: eight of the protocol, two of what is taken for granted of an old home. */
#define NoClaim         1
#define ClaimOverwrites 2
#define PolicyFirst     3
#define WinnerIgnored   4
#define UnreadNotAsked  5
#define MistaggedTaken  6
#define FirstIsHome     7
#define DoubtIgnored    8
#define OldStripped     9
#define OldIsYoung      10
#define IS(mutant) (MUTANT == mutant)
#define NOBODY 2 /* no claim, no name */
/* What a look says. UNPROVED is all that is doubtful, also an own name that can't be read. */
#define ABSENT     0
#define UNREADABLE 1
#define OURS       2
#define TAKEN      3
#define UNPROVED   4
/* Our policy in a bucket, as read. */
#define NONE  0
#define WHOLE 1
#define PART  2
/* Whose a name is, besides ABSENT, and what else creating it may say. */
#define STRANGER 5
#define ACCOUNT  6
#define CREATED  7

byte owner[2] = FIRST(ACCOUNT);
byte claim = NOBODY;
bool ever[2] = FIRST(true); /* the account has the bucket, or had it */
bool put[2] = FIRST(true);  /* this system has put its policy */
bool told[2] = FIRST(true); /* an outcome has named it */

inline look(n, x) {
  if
  :: !OLDHOME(n) || IS(OldIsYoung) -> x = ABSENT
  :: n == 0 -> x = UNREADABLE
  :: ever[n] -> x = OURS
  :: ever[n] -> x = TAKEN
  :: ever[n] || n == 1 -> x = UNPROVED
  fi
}

inline readPolicy(n, x) {
  if
  :: !OLDHOME(n) || IS(OldStripped) -> x = NONE
  :: MAYHAVEPOLICY(n) -> x = WHOLE
  :: MAYHAVEPOLICY(n) -> x = PART
  fi
}

/* doubtMistagged: the tag is another organization's, the policy this one's. */
inline doubtMistagged(n) {
  if
  :: l[n] == TAKEN && !IS(MistaggedTaken) -> readPolicy(n, p); if :: p -> l[n] = UNPROVED; p = NONE :: else fi
  :: else
  fi
}

/* tryName: creating tells whose the name is. That the account has it may also be said
   of a bucket just created, if the SDK repeated a call whose answer got lost; and that
   it was created, in us-east-1, of a bucket that the account had. */
inline tryName(n) {
  if
  :: owner[n] == STRANGER -> r = STRANGER
  :: else -> owner[n] = ACCOUNT; ever[n] = true; if :: r = CREATED :: r = ACCOUNT :: goto start fi
  fi;
  if
  :: r == STRANGER -> l[n] = TAKEN
  :: r == CREATED && l[n] == ABSENT -> name = n; isNew = true
  :: else -> look(n, l[n]); doubtMistagged(n);
     if :: l[n] == OURS -> name = n :: l[n] == TAKEN :: else -> goto start fi
  fi;
  r = 0
}

inline putPolicy(n) {
  if
  :: owner[n] == ACCOUNT -> put[n] = true; HOLDS(OneHome, !(put[0] && put[1])); HOLDS(OnlyTheClaimed, claim == n)
  :: else -> goto start /* every call names the owner that it expects */
  fi
}

active proctype Others() {
end: do
  :: atomic { owner[0] == ABSENT -> owner[0] = STRANGER }
  :: atomic { owner[0] == STRANGER -> owner[0] = ABSENT }
  :: atomic { owner[0] == ABSENT -> owner[0] = ACCOUNT; ever[0] = true }
  :: atomic { owner[1] == ABSENT -> owner[1] = ACCOUNT; ever[1] = true }
  :: atomic { owner[0] == ACCOUNT && !OLDHOME(0) -> owner[0] = ABSENT }
  :: atomic { owner[1] == ACCOUNT && !OLDHOME(1) -> owner[1] = ABSENT }
  od
}

active [DELIVERIES] proctype Delivery() {
  byte l[2], name, c, p, q, r; bool isNew, claimed, won;

start:
  atomic { l[0] = 0; l[1] = 0; name = NOBODY; c = 0; p = 0; q = 0; r = 0; isNew = false; claimed = false; won = false }
  atomic { /* find: a refusal to show the claim counts as none */
    if :: c = claim :: c = NOBODY fi; look(0, l[0]); look(1, l[1]);
    if :: c != NOBODY -> if :: l[c] == OURS -> name = c; claimed = true; goto converge :: else -> goto start fi :: else fi;
    doubtMistagged(0); doubtMistagged(1);
    if :: l[0] == OURS -> readPolicy(0, p) :: else fi;
    if :: l[1] == OURS -> readPolicy(1, q) :: else fi;
    if
    :: IS(FirstIsHome) && l[0] == OURS -> name = 0; goto converge
    :: p && q -> goto start /* MultipleHomes */
    :: p && !q -> name = 0; goto converge
    :: !p && q -> name = 1; goto converge
    :: !p && !q && (l[0] == UNPROVED || l[1] == UNPROVED) && !IS(DoubtIgnored) -> goto start
    :: else
    fi;
    if :: l[0] == OURS -> name = 0; goto converge :: else fi;
    if :: l[1] == OURS && (l[0] != UNREADABLE || IS(UnreadNotAsked)) -> name = 1; goto converge :: else fi
  }
  atomic { /* ask, or create */
    if :: l[0] == UNREADABLE || l[0] == ABSENT -> tryName(0) :: else fi;
    if
    :: name == 0 && l[1] == OURS -> goto start /* it is this organization's, too */
    :: name == 0 && l[1] != OURS -> goto converge
    :: name == NOBODY && l[1] == OURS -> name = 1; goto converge
    :: name == NOBODY && l[1] == ABSENT -> l[0] = 0
    :: else -> goto start /* NoBucketNameAvailable */
    fi
  }
  atomic { tryName(1); if :: name == NOBODY -> goto start :: else -> goto converge fi }

converge: /* each try reads anew */
  atomic { l[0] = 0; l[1] = 0; c = 0; p = 0; q = 0; won = false }
  atomic {
    if :: isNew -> p = NONE :: else -> readPolicy(name, p) fi;
    if
    :: claimed && p == WHOLE -> goto announce
    :: claimed && p != WHOLE -> goto publish
    :: !claimed && p != WHOLE && IS(PolicyFirst) -> putPolicy(name)
    :: else
    fi;
    if /* claim */
    :: IS(NoClaim) -> c = name; won = true
    :: !IS(NoClaim) && (claim == NOBODY || IS(ClaimOverwrites)) -> HOLDS(ClaimWrittenOnce, claim == NOBODY);
       claim = name; c = name; if :: won = true :: won = false fi /* repeated by the SDK */
    :: !IS(NoClaim) && claim != NOBODY && !IS(ClaimOverwrites) -> c = claim; won = false
    fi;
    if
    :: goto start
    :: isNew = false; goto converge /* the answer was lost, or what ran beside it failed */
    :: c == name -> claimed = true; if :: !won && !isNew -> goto converge :: else fi
    :: c != name && IS(WinnerIgnored)
    :: c != name && !IS(WinnerIgnored) -> name = c; isNew = false; claimed = true; goto converge
    fi;
    if :: p == WHOLE -> goto announce :: else -> goto publish fi
  }
publish:
  atomic { isNew = false; won = false; c = 0; p = 0 }
  atomic { putPolicy(name); if :: goto announce :: goto converge :: goto start fi }
announce:
  atomic { isNew = false; won = false; c = 0; p = 0 }
  atomic { told[name] = true; HOLDS(HomeNeverChanges, !(told[0] && told[1])); HOLDS(OnlyTheClaimed, claim == name); goto start }
}
