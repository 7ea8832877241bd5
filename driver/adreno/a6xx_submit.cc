// SPDX-License-Identifier: GPL-2.0-only
/* Jobs into the ring: see job_words.h for what they consist of. */
#include "adreno/a6xx.h"
#include "adreno/job_words.h"
#include "kernel/mutant.h"
#include "sched/ring.h"
#include "vm/soft_vm.h"

namespace msm::adreno {

using namespace kernel;

/* No job overwrites the record of another that is still in the ring. */
static_assert(ring_credits / job_words(0) < job_records);

u32 A6xx::words_for(const JobShape &shape) const
{
	return job_words(shape.commands);
}

JobMarks A6xx::write(Signalling, Ring &ring, const RingJob &job, RingWriter &writer)
{
	/* All address spaces share ASID 0: the switch empties the TLB of it (vm/smmu.h). */
	TableSwitch table{
		.ttbr0 = job.vm.ttbr(),
		.asid = 0,
		.record = ring.memptr_iova(offsetof(RingMemptrs, ttbr0)),
		.context = lower_32(job.context),
		.keep_counters = job.keep_counters,
	};

	bool switches = job.context != current_context_;

	current_context_ = job.context;
	return write_job(writer, JobWords{
					 .table = switches ? &table : nullptr,
					 .commands = job.commands,
					 .rptr_shadow = memory_.rptr_shadow,
					 .fence = ring.memptr_iova(offsetof(RingMemptrs, fence)),
					 .record = ring.record_iova(job.seqno, 0),
					 .seqno = job.seqno.value() - mutant(Mutant::seqno_behind),
				 });
}

void A6xx::kick(Signalling, Ring &ring)
{
	if (!mutant(Mutant::no_kick))
		io().write(reg::CP_RB_WPTR, ring.wptr());
}

} // namespace msm::adreno
