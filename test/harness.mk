# The goals that need no PostgreSQL to start with, and the C programs of the
# tests, which are linked with src/math and src/protocol alone.

BUILD ?= build
CFLAGS ?= -O2 -g
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 600
KILLS ?= 200
PROVE ?= prove

.PHONY: check demo bench kills unit unit-sanitized constant-time ct kernel-code fuzz clean \
	installed programs fuzz-programs

check:
	+@test/check.sh

demo: installed
	test/with-cluster test/demo.sh

bench: installed programs
	test/with-cluster -c shared_buffers=512MB test/bench/run

kills: installed
	EGTALLY_KILLS=$(KILLS) test/kills.sh

# The extension in the directories of the server, from an empty machine on.
installed:
	test/install-dependencies.sh
	$(MAKE) all
	+test/install-extension.sh

clean:
	rm -rf build results regression.diffs regression.out
	rm -f src/*/*.o src/*/*.bc egtally.so


# In test/unit, test/bench, test/timing and test/fuzz, a C file with a header of its own name
# helps the others, and each of the others is a program.  The fuzz targets have
# the samples of the unit tests, too.
HELPERS_fuzz := test/unit/sample.c
helpers_in = $(wildcard $(patsubst %.h,%.c,$(wildcard test/$(1)/*.h))) $(HELPERS_$(1))
programs_in = $(sort $(filter-out $(helpers_in),$(wildcard test/$(1)/*.c)))

RINGS := $(sort $(wildcard src/math/*.c src/protocol/*.c))
HEADERS := $(wildcard src/*/*.h test/*/*.h)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

# $(call compile,VARIANT,COMPILER): objects of one kind, below $(BUILD)/VARIANT
define compile
$(BUILD)/$(1)/%.o: %.c $(HEADERS)
	@mkdir -p $$(@D)
	$(2) -Wall -Wextra -Wvla -Isrc $$(CPPFLAGS) $$(CFLAGS) -c -o $$@ $$<
endef

# $(call link,VARIANT,FOLDER,COMPILER): the programs of test/FOLDER of that kind
define link
$(patsubst %.c,$(BUILD)/$(1)/%,$(call programs_in,$(2))): %: %.o $(patsubst %.c,$(BUILD)/$(1)/%.o,$(call helpers_in,$(2)) $(RINGS))
	$(3) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ -lgmp -lnettle -lsodium -lm
endef

$(eval $(call compile,plain,$$(CC)))
$(eval $(call compile,sanitized,$$(CC) $(SANITIZE)))
$(eval $(call compile,fuzz,$$(FUZZ_CC) $(SANITIZE) -fsanitize=fuzzer))

$(eval $(call link,plain,unit,$$(CC)))
$(eval $(call link,plain,bench,$$(CC)))
$(eval $(call link,plain,timing,$$(CC)))
$(eval $(call link,sanitized,unit,$$(CC) $(SANITIZE)))
$(eval $(call link,fuzz,fuzz,$$(FUZZ_CC) $(SANITIZE) -fsanitize=fuzzer))

UNIT_PROGRAMS := $(patsubst %.c,$(BUILD)/plain/%,$(call programs_in,unit))
BENCH_PROGRAMS := $(patsubst %.c,$(BUILD)/plain/%,$(call programs_in,bench))
TIMING_PROGRAMS := $(patsubst %.c,$(BUILD)/plain/%,$(call programs_in,timing))
SANITIZED_PROGRAMS := $(patsubst %.c,$(BUILD)/sanitized/%,$(call programs_in,unit))
FUZZ_PROGRAMS := $(patsubst %.c,$(BUILD)/fuzz/%,$(call programs_in,fuzz))

programs: $(UNIT_PROGRAMS) $(BENCH_PROGRAMS) $(TIMING_PROGRAMS)
fuzz-programs: $(FUZZ_PROGRAMS)

unit: $(UNIT_PROGRAMS)
	$(PROVE) $(PROVE_FLAGS) --exec '' $^

unit-sanitized: $(SANITIZED_PROGRAMS)
	$(PROVE) $(PROVE_FLAGS) --exec '' $^

# The program counts what valgrind finds; valgrind's own words are not wanted.
# To the other one it is a processor without AVX-512.
constant-time: $(addprefix $(BUILD)/plain/test/unit/,test_constant_time test_kernel)
	$(PROVE) $(PROVE_FLAGS) --exec 'valgrind -q --log-file=/dev/null' $^

# A t-test of times, which wants a machine that does little else.
ct: $(TIMING_PROGRAMS)
	$<

# What of the AVX-512 kernels valgrind cannot see, and what a scan must report.
KERNEL_OBJECTS := $(addprefix $(BUILD)/plain/src/math/,ifma_one.o ifma_eight.o ifma_number.o \
	secret_ifma.o fixed_ifma.o)
PLANTED_OBJECT := $(BUILD)/plain/test/kernels/planted.o

kernel-code: $(KERNEL_OBJECTS) $(PLANTED_OBJECT)
	test/kernels/scan $^

fuzz:
	test/install-dependencies.sh
	$(MAKE) fuzz-programs
	+@FUZZ_SECONDS=$(FUZZ_SECONDS) test/fuzz.sh $(FUZZ_PROGRAMS)

# Objects are kept for the next build.
.SECONDARY:
