# Tests. One program per tests/unit_*.c (tables), tests/sim_*.c (stories in virtual time), tests/real_*.c (real processes), tests/fuzz_*.c; each is linked with
# everything but the mains. They say what passed in TAP; tests/run.sh counts.
UNIT := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit_*.c))
SIM := $(patsubst tests/%.c,$(B)/tests/%,$(filter-out tests/sim_loop.c,$(wildcard tests/sim_*.c)))
REAL := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/real_*.c))
FUZZ := $(patsubst tests/%.c,%,$(wildcard tests/fuzz_*.c))
BENCH := $(B)/tests/bench/bench
SUPPORT := $(B)/tests/network.o
FLEET := $(addprefix $(B)/tests/,fleet.o fleet_ask.o fleet_case.o fleet_ledger.o haystack.o peer.o honest.o siege.o chaos.o) $(SUPPORT)
DISK := $(addprefix $(B)/tests/,disk.o disk_vfs.o)
WORLD := $(addprefix $(B)/tests/,sim_loop.o world.o story.o peek.o promise.o errand.o evil.o evil_node.o evil_broker.o evil_log.o coordinated.o forge.o hostile.o handed.o tape.o watch.o watch_bus.o watch_owed.o watch_rows.o region.o plan.o trouble.o shrink.o workload.o workload_draw.o workload_refer.o workload_signal.o workload_say.o workload_right.o workload_read.o) $(SUPPORT) $(DISK)

$(B)/tests/unit_disk: $(DISK)
$(B)/tests/unit_lacking: private LDFLAGS += -Wl,--wrap=arena_take -Wl,--wrap=keys_write_file -Wl,--wrap=keys_read_file -Wl,--wrap=crypto_pwhash
# All but what tries the passphrase itself opens key files quickly.
QUICK := $(addprefix $(B)/tests/,unit_cli unit_cli_homes unit_cli_kit unit_file_faults unit_folder unit_gateway unit_restore unit_steward unit_steward_areas) $(SIM)
$(QUICK): $(B)/tests/quick_pwhash.o
$(QUICK): private LDFLAGS += -Wl,--wrap=crypto_pwhash
$(SIM): private LDFLAGS += -Wl,--wrap=sqlite3_close -Wl,--wrap=sqlite3_close_v2
$(addprefix $(B)/tests/,unit_cli_coordinate unit_cli_lists unit_cli_replies unit_cli_reports unit_cli_screens unit_cli_sent unit_cli_shown unit_cli_signals): private LDFLAGS += -Wl,--wrap=arena_take
LACKING := $(addprefix $(B)/tests/,sim_lacking sim_lacking_staff)
$(LACKING): $(B)/tests/lacking.o
$(LACKING): private LDFLAGS += -Wl,--wrap=sqlite3_step -Wl,--wrap=arena_take -Wl,--wrap=inbox_take
$(B)/tests/sim_faults: $(B)/tests/memory.o
# Calls of the system and memory, taken at the linker.
FILES := $(addprefix $(B)/tests/,files.o heap.o) $(DISK)
WRAPPED := open write read fsync close rename link unlink mkdir malloc calloc realloc strdup sodium_malloc
$(B)/tests/unit_file_faults: $(FILES) $(SUPPORT)
$(B)/tests/sim_generation $(B)/tests/sim_backup $(B)/tests/unit_cli_kit $(B)/tests/unit_restore: $(FILES)
$(B)/tests/unit_file_faults $(B)/tests/sim_generation $(B)/tests/sim_backup $(B)/tests/unit_cli_kit $(B)/tests/unit_restore: private LDFLAGS += $(WRAPPED:%=-Wl,--wrap=%)
$(B)/tests/sim_race: $(addprefix $(B)/tests/,race.o race_check.o race_audit.o)
$(B)/tests/sim_antennas $(B)/tests/sim_cells $(B)/tests/sim_lists $(B)/tests/sim_escalations: $(B)/tests/listed.o
$(addprefix $(B)/tests/,sim_forward sim_forward_corrected sim_forward_lists sim_taken_back): $(B)/tests/chain.o
$(B)/tests/sim_interleavings: $(addprefix $(B)/tests/,interleaved.o interleaved_check.o)
$(addprefix $(B)/tests/,sim_lacking_staff sim_offers sim_offers_alone): $(B)/tests/walk.o
$(B)/tests/sim_points: $(B)/tests/points_broker.o

# What serves HTTP: its libraries, and a client with a node that answers by a table.
WEB := $(addprefix $(B)/tests/,web.o web_node.o)
$(addprefix $(B)/tests/,unit_http unit_http_contract unit_http_server unit_http_events unit_http_hostile unit_http_hooks unit_http_health unit_http_tls): private LDLIBS += $(HTTP_LDLIBS)
$(addprefix $(B)/tests/,unit_http_server unit_http_events unit_http_hostile unit_http_hooks unit_http_health unit_http_tls): $(WEB)
$(addprefix $(B)/tests/,unit_http_hooks real_http): $(B)/tests/catcher.o
$(B)/tests/unit_folder: private LDFLAGS += -Wl,--wrap=flock -Wl,--wrap=open
$(B)/tests/unit_cli_kit: private LDFLAGS += -Wl,--wrap=folder_sync_of
$(B)/tests/unit_http_server: private LDFLAGS += -Wl,--wrap=exchange_is_local
$(B)/tests/real_http: $(B)/tests/web.o

ifeq ($(P),cover)
$(UNIT) $(SIM): $(B)/tests/covered.o
$(UNIT) $(SIM): private LDFLAGS += -Wl,--wrap=_exit
endif

$(UNIT): $(B)/tests/%: $(B)/tests/%.o $(B)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS) -lcmocka -o $@)
# sim_loop.o comes before the library, so that core/loop is not taken from it.
$(SIM): $(B)/tests/%: $(B)/tests/%.o $(WORLD) $(B)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS) -lcmocka -o $@)
$(REAL): $(B)/tests/%: $(B)/tests/%.o $(FLEET) $(B)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@)
$(BENCH): $(patsubst %.c,$(B)/%.o,$(wildcard tests/bench/*.c)) $(B)/tests/web.o $(FLEET) $(B)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@)

tests: programs $(UNIT) $(SIM) $(REAL)
unit: $(UNIT)
	@tests/run.sh $(UNIT)
sim: $(SIM)                ## stories and seeds in virtual time (SEEDS=n lives, CUTS=n power cuts, SEED=n NODES=n STEPS=a-b,.. FAULTS=a,.. replays one)
	@SEEDS=$(SEEDS) CUTS=$(CUTS) SEED=$(SEED) NODES=$(NODES) STEPS=$(STEPS) FAULTS=$(FAULTS) \
	    tests/run.sh $(if $(NODES)$(STEPS)$(FAULTS),$(B)/tests/sim_seeds,$(SIM))

# --- fuzzing: always clang, with sanitizers ---
FB := build/fuzz
fuzz: test-packages        ## run each fuzzer for T seconds (default 10)
	@$(MAKE) --no-print-directory P=fuzz B=$(FB) CC=clang $(FUZZ:%=$(FB)/tests/%)
	@tests/run.sh $(FUZZ:%='tests/fuzz.sh $(FB)/tests/% $(or $(T),10)')
MODE_fuzz := -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
LINK_fuzz := -fsanitize=address,undefined,fuzzer
# In the order of linking: a world brings its own loop.
$(FB)/tests/fuzz_peer $(B)/tests/corpus_peer: FUZZ_WORLD = $(WORLD)
$(FB)/tests/fuzz_peer $(B)/tests/corpus_peer: $(WORLD)
$(FB)/tests/fuzz_peer $(B)/tests/corpus_peer: private LDFLAGS += -Wl,--wrap=sqlite3_close -Wl,--wrap=sqlite3_close_v2
$(FUZZ:%=$(FB)/tests/%): $(FB)/tests/%: $(FB)/tests/%.o $(FB)/tests/mutate.o $(FB)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $(FUZZ_WORLD) $(filter-out $(FUZZ_WORLD),$^) $(LDLIBS) -lcmocka -o $@)

# The inputs of each corpus without the engine, for builds that are not clang's and for coverage.
CORPUS := $(FUZZ:fuzz_%=$(B)/tests/corpus_%)
$(CORPUS): $(B)/tests/corpus_%: $(B)/tests/fuzz_%.o $(B)/tests/corpus.o $(B)/tests/mutate.o $(B)/libbuurtbus.a
	$(call run,link,$@,$(CC) $(LDFLAGS) $(FUZZ_WORLD) $(filter-out $(FUZZ_WORLD),$^) $(LDLIBS) -lcmocka -o $@)

.PHONY: tests unit sim fuzz
.SECONDARY:

# What runs under the sanitizers as well: everything in one process.
SAN_TESTS := $(patsubst tests/%.c,%,$(wildcard tests/unit_*.c) $(filter-out tests/sim_loop.c,$(wildcard tests/sim_*.c)))
