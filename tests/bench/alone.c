/* alone.c - starting the two scripted partners and taking the broker's time. */
#include "tests/bench/alone.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool both_run(const pid_t pids[2])
{
    int how = 0;

    for (size_t i = 0; i < 2; i++) {
        if (waitpid(pids[i], &how, WNOHANG) == 0)
            continue;
        fprintf(stderr, "the scripted %s ended: %s %d\n",
                i == 0 ? "publisher" : "recipient",
                WIFEXITED(how) ? "status" : "signal",
                WIFEXITED(how) ? WEXITSTATUS(how) : WTERMSIG(how));
        return false;
    }
    return true;
}

static void wait_for(struct stage *stage, const pid_t pids[2], const atomic_int *value,
        int least)
{
    while (atomic_load(value) < least) {
        if (!both_run(pids))
            fleet_fail(&stage->fleet, "a scripted partner ended too early");
        fleet_breathe();
    }
}

/* Look at the broker at both ends of a window. */
static void run_window(struct stage *stage, struct alone_share *share,
        const pid_t pids[2], int window)
{
    pid_t broker = fleet_program(&stage->fleet, NETWORK_BROKER)->pid;
    struct usage before = usage_of(broker);

    atomic_store(&share->go, window + 1);
    wait_for(stage, pids, &share->done, window + 1);
    struct usage after = usage_of(broker);
    share->results[window].cpu_broker_us = after.cpu_us - before.cpu_us;
    share->results[window].written_bytes = after.written_bytes - before.written_bytes;
    /* The recipient notes its own share of the window that has ended. */
    while (share->results[window].cpu_reader_us == 0)
        fleet_breathe();
}

void alone_run(struct stage *stage, struct alone_result results[WINDOWS])
{
    struct alone_share *share = mmap(NULL, sizeof *share, PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pids[2];

    network_must(share != MAP_FAILED, "shared memory", NULL);
    for (size_t i = 0; i < 2; i++) {
        pids[i] = fleet_fork(&stage->fleet);
        if (pids[i] > 0)
            continue;
        if (i == 0)
            alone_send(stage, share);
        else
            alone_read(stage, share);
        _exit(0);
    }
    while (!atomic_load(&share->sender_ready) || !atomic_load(&share->reader_ready)) {
        if (!both_run(pids))
            fleet_fail(&stage->fleet, "a scripted partner could not begin");
        fleet_breathe();
    }
    for (int window = 0; window < WINDOWS; window++)
        run_window(stage, share, pids, window);
    atomic_store(&share->end, true);
    for (size_t i = 0; i < 2; i++)
        waitpid(pids[i], NULL, 0);
    memcpy(results, share->results, sizeof share->results);
    munmap(share, sizeof *share);
}
