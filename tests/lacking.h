/* lacking.h - deeds in a simulated world while one thing that a program needs is not
 * there: the k-th statement of its store fails, or there is no room for the k-th piece
 * of memory.
 *
 * A place is a way of calls that leads there; each is tried once in all deeds together.
 * FAILS=n tries n new places of each deed at each program; without it one. WORDS=1 says
 * where it is. */
#ifndef LACKING_H
#define LACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lacking_deed {
    const char *name;
    void (*ready)(void); /* nothing fails yet */
    void (*act)(void);
};

struct lacking_world {
    void (*begin)(void);         /* a new world */
    const char *const *programs; /* who is there again after each deed */
    size_t n_programs;
    bool watched; /* by the invariants of watch.h */
};

/* The deeds that follow are done in this world. */
void lacking_begin(const struct lacking_world *world);
/* The same once more from its beginning, between two deeds. */
void lacking_afresh(void);
/* at: whose store fails; "": of whoever starts; NULL: the memory of anybody. most:
 * places that are tried, 0: as many as FAILS says. */
void lacking_try(const struct lacking_deed *deed, const char *at, uint64_t most);
/* Whoever takes mail has no room: each place where it asks for some. How many. */
uint64_t lacking_try_mail(const struct lacking_deed *deed, uint64_t most);
void lacking_end(void);
/* Are all places wanted, and not one of each deed? */
bool lacking_all(void);

#endif
