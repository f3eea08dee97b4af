//! Runs of object numbers, as cross-reference sections list them.

/// `count` numbers from `first` on, whose entries stand from `at` on: a place in the file, or a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) first: u64,
    pub(crate) count: u64,
    pub(crate) at: u64,
}

/// The runs of one section.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    /// Sorted and without overlaps, as the standard wants them (ISO 32000-2 §7.5.4).
    sorted: bool,
}

/// Overlapping runs are searched in the order of the file, so they have to be few.
const MOST_OVERLAPPING: usize = 1000;

impl Runs {
    /// `None` if runs overlap and are too many to be searched one by one.
    pub(crate) fn new(runs: Vec<Run>) -> Option<Self> {
        let mut sorted: Vec<Run> = runs.iter().filter(|run| run.count > 0).copied().collect();
        sorted.sort_by_key(|run| run.first);
        if sorted.windows(2).all(|pair| pair[0].first.saturating_add(pair[0].count) <= pair[1].first) {
            return Some(Self { runs: sorted, sorted: true });
        }
        (runs.len() <= MOST_OVERLAPPING).then_some(Self { runs, sorted: false })
    }

    /// The run that lists `number`, and the index of `number` in it; of several, the first of the file.
    pub(crate) fn find(&self, number: u64) -> Option<(Run, u64)> {
        let lists = |run: &Run| number >= run.first && number - run.first < run.count;
        let run = if self.sorted {
            let after = self.runs.partition_point(|run| run.first <= number);
            self.runs[..after].last().filter(|run| lists(run))
        } else {
            self.runs.iter().find(|run| lists(run))
        }?;
        Some((*run, number - run.first))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().copied()
    }

    /// Bytes of memory.
    pub(crate) fn held(&self) -> usize {
        self.runs.len() * size_of::<Run>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(list: &[(u64, u64)]) -> Option<Runs> {
        Runs::new(list.iter().zip(0..).map(|((first, count), at)| Run { first: *first, count: *count, at }).collect())
    }

    #[test]
    fn numbers_are_found_in_any_order_of_runs_and_gaps_are_gaps() {
        let runs = runs(&[(10, 5), (0, 1), (3, 0), (20, u64::MAX)]).unwrap();
        let find = |number| runs.find(number).map(|(run, index)| (run.at, index));
        assert_eq!(find(0), Some((1, 0)));
        assert_eq!(find(3), None);
        assert_eq!(find(14), Some((0, 4)));
        assert_eq!(find(15), None);
        assert_eq!(find(u64::from(u32::MAX)), Some((3, u64::from(u32::MAX) - 20)));
    }

    #[test]
    fn of_overlapping_runs_the_first_counts_and_many_are_refused() {
        let overlapping = runs(&[(5, 5), (7, 1), (0, 9)]).unwrap();
        assert_eq!(overlapping.find(7).unwrap().0.at, 0);
        assert_eq!(overlapping.find(1).unwrap().0.at, 2);
        assert!(runs(&vec![(5, 1); 1001]).is_none());
    }
}
