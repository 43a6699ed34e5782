/* shrink.c - leave something out; when the life still fails, it was not needed. */
#include "tests/shrink.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/temp.h"

/* Homes lie in memory where there is such a place: thousands come and go. */
static void make_folder(char folder[TEMP_PATH_BYTES])
{
    const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir;

    if (getenv("TMPDIR") != NULL)
        root = getenv("TMPDIR");
    snprintf(folder, TEMP_PATH_BYTES, "%s/life-XXXXXX", root);
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        abort();
    }
}

static _Noreturn void be_child(const struct shrink_life *life, const struct plan *plan,
        bool silent, const char *folder)
{
    int nowhere = open("/dev/null", O_WRONLY);

    setenv("TMPDIR", folder, 1);
    /* What the parent reports is TAP; a life says nothing there. */
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        if (silent)
            dup2(nowhere, STDERR_FILENO);
    }
    life->live(plan, life->shared);
    exit(EXIT_SUCCESS);
}

bool shrink_try(const struct shrink_life *life, const struct plan *plan, bool silent)
{
    char folder[TEMP_PATH_BYTES];
    int status = 0;

    *life->kind = NULL;
    make_folder(folder);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        be_child(life, plan, silent, folder);
    bool ended = child > 0 && waitpid(child, &status, 0) == child;
    /* A life that failed leaves its homes. */
    nftw(folder, temp_forget, 16, FTW_DEPTH | FTW_PHYS);
    if (!ended) {
        perror("a life");
        abort();
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

struct search {
    const struct shrink_life *life;
    struct plan best;
    const void *kind;
    unsigned tries;
};

/* Does this one fail in the same way? Then it is the best. */
static bool fails(struct search *search, const struct plan *plan)
{
    if (search->tries == 0)
        return false;
    search->tries--;
    if (shrink_try(search->life, plan, true) || *search->life->kind != search->kind)
        return false;
    search->best = *plan;
    return true;
}

/* The n_out steps that are taken from the at-th on. */
static struct plan without_steps(const struct plan *plan, size_t at, size_t n_out)
{
    struct plan less = *plan;

    for (size_t i = 0, taken = 0; i < PLAN_STEPS; i++) {
        if (!plan->steps[i])
            continue;
        if (taken >= at && taken < at + n_out)
            less.steps[i] = false;
        taken++;
    }
    return less;
}

/* What comes after the fault is not needed: half of it, then half of that. */
static void cut_end(struct search *search)
{
    for (size_t n_out = plan_n_steps(&search->best) / 2; n_out > 0; n_out /= 2) {
        size_t n = plan_n_steps(&search->best);
        struct plan less = without_steps(&search->best, n - n_out, n_out);
        if (n > n_out)
            (void)fails(search, &less);
    }
}

/* Pieces in the middle, large ones first. */
static bool cut_pieces(struct search *search)
{
    bool any = false;

    for (size_t piece = plan_n_steps(&search->best) / 2; piece > 0; piece /= 2)
        for (size_t at = 0; at < plan_n_steps(&search->best);) {
            struct plan less = without_steps(&search->best, at, piece);
            if (fails(search, &less))
                any = true;
            else
                at += piece;
        }
    return any;
}

static bool drop_faults(struct search *search)
{
    bool any = false;

    for (size_t i = 0; i < N_PLAN_FAULTS; i++) {
        struct plan less = search->best;
        if (!less.faults[i])
            continue;
        less.faults[i] = false;
        any = fails(search, &less) || any;
    }
    return any;
}

static bool drop_nodes(struct search *search)
{
    uint32_t n = search->best.n_nodes;
    const uint32_t fewer[] = {PLAN_NODES_MIN, 3, n / 2, n - n / 4, n - 1};

    for (size_t i = 0; i < sizeof fewer / sizeof fewer[0]; i++) {
        struct plan less = search->best;
        less.n_nodes = fewer[i];
        if (fewer[i] >= PLAN_NODES_MIN && fewer[i] < n && fails(search, &less))
            return true;
    }
    return false;
}

struct plan shrink(const struct shrink_life *life, const struct plan *failed,
        unsigned tries)
{
    struct search search = {.life = life,
            .best = *failed,
            .kind = *life->kind,
            .tries = tries};
    bool any = true;

    cut_end(&search);
    while (any && search.tries > 0) {
        any = drop_faults(&search);
        any = drop_nodes(&search) || any;
        any = cut_pieces(&search) || any;
    }
    return search.best;
}
