mod estate;
mod feed;
