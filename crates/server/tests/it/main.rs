

mod estate;
mod feed;
