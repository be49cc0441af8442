//! Golden images: families, versions, and the model that every form of the image contract is read into.
