# egtally
#
#	make, make install, make installcheck   as for every PostgreSQL extension
#	make check, make demo, make bench       tests, demonstration, benchmarks
#	make unit, make fuzz                    tests of the C code without PostgreSQL
#	make kills                              a ballot box under kill -9
#	make ct                                 whether times tell about secrets
#	make clean
#
# PGXS cannot be read without PostgreSQL, and it has a goal `check` of its own,
# which refuses to work.  So the goals of test/harness.mk stand apart from it.

PG_CONFIG ?= pg_config
export PG_CONFIG

HARNESS_GOALS := check demo bench kills unit unit-sanitized constant-time ct kernel-code \
	fuzz clean installed programs fuzz-programs build/%

ifneq (,$(filter $(HARNESS_GOALS),$(MAKECMDGOALS)))

include test/harness.mk

# make clean install: PGXS takes its goals in a make of its own
PGXS_GOALS := $(filter-out $(HARNESS_GOALS),$(MAKECMDGOALS))
.PHONY: $(PGXS_GOALS)
$(PGXS_GOALS):
	$(MAKE) $@

else

MODULE_big = egtally
OBJS = $(patsubst $(srcdir)/%.c,%.o,$(sort $(wildcard $(addprefix $(srcdir)/src/,math/*.c protocol/*.c pg/*.c))))
EXTENSION = egtally
DATA = $(patsubst $(srcdir)/%,%,$(sort $(wildcard $(srcdir)/sql/egtally--*.sql)))
SHLIB_LINK = -lgmp -lnettle -lsodium

REGRESS = $(basename $(notdir $(sort $(wildcard $(srcdir)/test/sql/*.sql))))
REGRESS_OPTS = --inputdir=$(srcdir)/test --load-extension=egtally

# As system headers, PostgreSQL's own are exempt from our warnings.
POSTGRESQL_HEADERS = $(shell $(PG_CONFIG) --includedir-server)
PG_CPPFLAGS = -I$(srcdir)/src -isystem $(POSTGRESQL_HEADERS)
PG_CFLAGS = -Wall -Wextra -Wvla $(if $(findstring clang,$(shell $(CC) --version)),$(CLANG_CFLAGS))

# A PostgreSQL that was built by gcc hands on flags that clang does not know.
CLANG_CFLAGS = -Wno-unknown-warning-option -Wno-ignored-optimization-argument

POSTGRESQL_PACKAGES = apt-get install postgresql-server-dev-all (Debian), dnf install postgresql-server-devel (Fedora)
PGXS := $(shell command -v $(PG_CONFIG) >/dev/null && $(PG_CONFIG) --pgxs)
ifeq (,$(PGXS))
$(error $(PG_CONFIG) not found: $(POSTGRESQL_PACKAGES), or set PG_CONFIG)
endif
ifeq (,$(wildcard $(POSTGRESQL_HEADERS)/postgres.h))
$(error $(POSTGRESQL_HEADERS)/postgres.h not found: $(POSTGRESQL_PACKAGES))
endif
include $(PGXS)

has_header = $(shell $(CC) $(CPPFLAGS) -E -include $(1) -x c /dev/null >/dev/null 2>&1 && echo yes)
ifeq (,$(call has_header,gmp.h))
$(error gmp.h not found: apt-get install libgmp-dev (Debian), dnf install gmp-devel (Fedora))
endif
ifeq (,$(call has_header,nettle/hmac.h))
$(error nettle/hmac.h not found: apt-get install nettle-dev (Debian), dnf install nettle-devel (Fedora))
endif
ifeq (,$(call has_header,sodium.h))
$(error sodium.h not found: apt-get install libsodium-dev (Debian), dnf install libsodium-devel (Fedora))
endif

# Every SQL function has the parameter fcinfo, used or not.
$(filter src/pg/%,$(OBJS)): override CFLAGS += -Wno-unused-parameter

# PGXS does not track headers, nor make folders for a build outside the tree.
BITCODE = $(OBJS:.o=.bc)
$(OBJS) $(BITCODE): $(wildcard $(srcdir)/src/*/*.h) | object-folders
.PHONY: object-folders
object-folders:
	@mkdir -p $(sort $(dir $(OBJS)))

endif
