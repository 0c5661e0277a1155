//! Problems of the customers' pages: of the options, of the file of their addresses, and of their folder.

use super::{EndpointProblem, Failure, FileProblem, OutputProblem};
use crate::path::ObjectPlace;

/// The reasons why a run has no pages, or not all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PagesProblem {
    /// The run has `--what-if`: no customer reads a supposition.
    Supposed {
        /// The folder of the pages stands in `oci-consumo.ini`.
        by_folder: bool,
    },
    /// Options of pages are given, and no folder for them.
    NoPlace,
    /// `--pages-url` is no address that customers may be sent to.
    Url(EndpointProblem),
    /// A demo keeps no list of addresses.
    DemoHasNoLinks,
    /// The folder of the pages is the clients' folder, or one of the two lies in the other.
    AmongClients,
    /// `paginas.ini` cannot be used.
    Keys(PageKeysProblem),
    /// The folder takes no page.
    Folder(PagesFolderProblem),
    /// The bucket takes no page.
    Bucket {
        /// Place of the pages.
        place: ObjectPlace,
        /// Failure of the request.
        failure: Box<Failure>,
    },
    /// Another run has the lock of the pages.
    Busy,
    /// The file that locks the pages or their addresses cannot be opened for writing.
    NoLock {
        /// Name of the file, beside the configs.
        file: &'static str,
        /// The reason.
        problem: OutputProblem,
    },
    /// The folder for a page that is looked at is the clients' or the pages' folder, or lies in or around one.
    ShownAmong,
    /// The folder for a page that is looked at has content.
    ShownOver,
    /// The pages of a bucket are removed at the console.
    PrunedByHand,
    /// Links lead to the pages of a bucket, and end apart.
    RotatedByLinks,
    /// The list of addresses is not of its form.
    Links,
    /// The list of addresses cannot be read.
    LinksUnread(FileProblem),
}

/// The reasons why `paginas.ini` cannot be used. No variant holds a part of the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKeysProblem {
    /// The file cannot be read.
    File(FileProblem),
    /// Others than its owner can read or write the file.
    Exposed {
        /// Permission bits.
        mode: u32,
    },
    /// The file is missing beside pages, or a list of addresses, that follow from it.
    Lost,
    /// A line is not of its form.
    Line(usize),
    /// The file has no secret.
    NoSecret,
    /// The system gives no random numbers.
    NoRandomness,
    /// The file cannot be written.
    Unwritten(OutputProblem),
}

/// The reasons why a folder takes no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagesFolderProblem {
    /// A folder or file cannot be written.
    Output(OutputProblem),
    /// The folder has other content, and no mark.
    OtherContent,
    /// The pages in the folder are named by another secret.
    Foreign,
    /// A page is removed, and its folder has other files.
    Kept,
    /// The folder is another user's, and its permissions cannot be set.
    NotOwned,
    /// A link has the name of a client's folder.
    Link,
    /// The system has no such group.
    NoGroup,
    /// This user may give the group no file.
    NotOfGroup,
}

impl From<OutputProblem> for PagesFolderProblem {
    fn from(problem: OutputProblem) -> Self {
        Self::Output(problem)
    }
}

impl From<std::io::Error> for PagesFolderProblem {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<PageKeysProblem> for PagesProblem {
    fn from(problem: PageKeysProblem) -> Self {
        Self::Keys(problem)
    }
}

impl From<PagesFolderProblem> for PagesProblem {
    fn from(problem: PagesFolderProblem) -> Self {
        Self::Folder(problem)
    }
}
